"""A Swagger 2.0 document is read as OpenAPI 3: valid, and with all that it says of the API."""

from typing import Any

import pytest
import yaml
from openapi_spec_validator import OpenAPIV30SpecValidator
from treblle_service.documents import NotADocument, read_document

SHOP = """
swagger: "2.0"
info: {title: Shop, version: "1"}
host: api.shop.example
basePath: /v1
schemes: [https, http]
consumes: [application/json]
produces: [application/json]
security: [{key: []}]
securityDefinitions:
  key: {type: apiKey, name: X-Key, in: header}
  plain: {type: basic}
  login: {type: oauth2, flow: accessCode, authorizationUrl: 'https://a.example/a', tokenUrl: 'https://a.example/t', scopes: {read: Read}}
parameters:
  page: {name: page, in: query, type: integer, default: 1}
  order: {name: order, in: body, required: true, schema: {$ref: '#/definitions/Order'}}
responses:
  Missing: {description: It is not there}
definitions:
  Order:
    type: object
    discriminator: kind
    required: [kind]
    properties:
      kind: {type: string}
      note: {type: string, x-nullable: true}
      parent: {$ref: '#/definitions/Order'}
paths:
  /orders:
    parameters: [{$ref: '#/parameters/page'}]
    get:
      operationId: listOrders
      parameters:
        - {name: state, in: query, type: array, items: {type: string}, collectionFormat: multi}
        - {name: ids, in: query, type: array, items: {type: integer}}
      responses:
        200:
          description: All
          schema: {type: array, items: {$ref: '#/definitions/Order'}}
          headers: {X-Total: {type: integer, description: How many}}
          examples: {application/json: []}
        404: {$ref: '#/responses/Missing'}
    post:
      parameters: [{$ref: '#/parameters/order'}]
      responses: {201: {description: Made}}
  /orders/{id}/files:
    post:
      consumes: [multipart/form-data]
      parameters:
        - {name: id, in: path, required: true, type: string, format: uuid}
        - {name: file, in: formData, type: file, required: true}
        - {name: title, in: formData, type: string, maxLength: 9}
      responses: {200: {description: Kept, schema: {type: file}}}
"""


@pytest.fixture(scope="module")
def read() -> dict[str, Any]:
    return read_document(SHOP.encode())


def test_it_becomes_a_valid_document(read):
    assert read["openapi"] == "3.0.3"
    assert "swagger" not in read
    assert list(OpenAPIV30SpecValidator(read).iter_errors()) == []
    assert [each["url"] for each in read["servers"]] == [
        "https://api.shop.example/v1",
        "http://api.shop.example/v1",
    ]


def test_parameters_keep_how_they_are_written(read):
    item = read["paths"]["/orders"]
    assert item["parameters"] == [{"$ref": "#/components/parameters/page"}]
    assert read["components"]["parameters"]["page"]["schema"] == {"type": "integer", "default": 1}
    state, ids = item["get"]["parameters"]
    assert (state["style"], state["explode"]) == ("form", True)
    assert (ids["style"], ids["explode"]) == ("form", False)


def test_bodies_forms_and_files_become_request_bodies(read):
    assert read["paths"]["/orders"]["post"]["requestBody"] == {
        "required": True,
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Order"}}},
    }
    upload = read["paths"]["/orders/{id}/files"]["post"]
    assert [each["name"] for each in upload["parameters"]] == ["id"]
    assert upload["requestBody"]["content"] == {
        "multipart/form-data": {
            "schema": {
                "type": "object",
                "required": ["file"],
                "properties": {
                    "file": {"type": "string", "format": "binary"},
                    "title": {"type": "string", "maxLength": 9},
                },
            }
        }
    }


def test_answers_and_schemas_are_where_openapi_3_has_them(read):
    answers = read["paths"]["/orders"]["get"]["responses"]
    content = answers["200"]["content"]["application/json"]
    assert content["schema"]["items"] == {"$ref": "#/components/schemas/Order"}
    assert content["example"] == []
    assert answers["200"]["headers"]["X-Total"]["schema"] == {"type": "integer"}
    assert answers["404"] == {"$ref": "#/components/responses/Missing"}
    order = read["components"]["schemas"]["Order"]
    assert order["discriminator"] == {"propertyName": "kind"}
    assert order["properties"]["note"] == {"type": "string", "nullable": True}
    assert order["properties"]["parent"] == {"$ref": "#/components/schemas/Order"}


def test_ways_to_prove_who_one_is_are_kept(read):
    schemes = read["components"]["securitySchemes"]
    assert read["security"] == [{"key": []}]
    assert schemes["key"] == {"type": "apiKey", "name": "X-Key", "in": "header"}
    assert schemes["plain"] == {"type": "http", "scheme": "basic"}
    assert schemes["login"]["flows"] == {
        "authorizationCode": {
            "authorizationUrl": "https://a.example/a",
            "tokenUrl": "https://a.example/t",
            "scopes": {"read": "Read"},
        }
    }


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"swagger": "1.2"}, "`swagger` is '1.2'; 2.0 is read."),
        ({"info": {}}, "is a required property"),
        ({"paths": {"/a": {"get": {}}}}, "paths → /a → get"),
        ({"definitions": {"A": {"$ref": "other.yaml#/A"}}}, "leads out of the file"),
    ],
)
def test_what_is_wrong_with_it_is_told_in_its_own_terms(change, said):
    with pytest.raises(NotADocument) as refused:
        read_document(yaml.safe_dump(yaml.safe_load(SHOP) | change).encode())
    assert said in " ".join(refused.value.problems)
