"""Static files go out compressed to those who take it, and whole to all others."""

import gzip

from django.http import HttpResponse
from django.test import RequestFactory
from treblle_service.django.static import LEAST_BYTES, _compress

TEXT = b"let a = 1;\n" * LEAST_BYTES


def sent(content=TEXT, kind="application/javascript", **headers):
    request = RequestFactory().get("/static/a.js", headers=headers)
    response = HttpResponse(content, content_type=kind)
    response["ETag"] = '"abc"'
    _compress(request, response)
    return response


def test_who_takes_gzip_gets_it():
    response = sent(accept_encoding="br, gzip")
    assert response["Content-Encoding"] == "gzip"
    assert gzip.decompress(response.content) == TEXT
    assert int(response["Content-Length"]) == len(response.content) < len(TEXT) / 10
    assert response["Vary"] == "Accept-Encoding"
    assert not response.has_header("ETag")


def test_who_does_not_take_it_gets_the_file_and_caches_are_told():
    response = sent()
    assert response.content == TEXT
    assert response["Vary"] == "Accept-Encoding"


def test_pictures_and_small_files_stay_as_they_are():
    for content, kind in ((TEXT, "image/png"), (b"x", "text/css")):
        response = sent(content, kind, accept_encoding="gzip")
        assert response.content == content
