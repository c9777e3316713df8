"""What seeded traffic is made of. Weights are relative, within their own table."""

from dataclasses import dataclass

API_NAMES = ("Bookshop", "Payments", "Weather", "Deliveries", "Accounts", "Inventory", "Search")
RESOURCES = (
    ("books", "authors", "reviews", "orders", "customers", "carts"),
    ("payments", "refunds", "invoices", "payouts", "disputes", "balances"),
    ("forecasts", "stations", "alerts", "observations", "maps", "regions"),
    ("parcels", "routes", "drivers", "depots", "labels", "returns"),
    ("users", "sessions", "teams", "invitations", "roles", "devices"),
    ("items", "warehouses", "suppliers", "batches", "stocktakes", "prices"),
    ("documents", "queries", "suggestions", "synonyms", "indexes", "rankings"),
)
# Path after the resource, method, weight, median load time in ms, median response in bytes.
OPERATIONS = (
    ("", "GET", 100, 38.0, 5200),
    ("/{id}", "GET", 160, 14.0, 900),
    ("", "POST", 30, 62.0, 400),
    ("/{id}", "PATCH", 14, 48.0, 500),
    ("/{id}", "DELETE", 5, 30.0, 60),
    ("/search", "GET", 25, 120.0, 3100),
)
ZIPF_EXPONENT = 1.1
LOAD_TIME_SIGMA = 0.55
SIZE_SIGMA = 0.7
# Status and its weight, by method.
STATUSES = {
    "GET": ((200, 935), (304, 20), (404, 22), (401, 9), (429, 5), (500, 6), (503, 3)),
    "POST": ((201, 905), (422, 45), (400, 20), (401, 10), (409, 8), (500, 10), (502, 2)),
    "PATCH": ((200, 930), (422, 30), (404, 18), (403, 8), (500, 12), (504, 2)),
    "DELETE": ((204, 950), (404, 30), (403, 12), (500, 8)),
}
# What takes longer than usual, and how much.
SLOWER = {500: 3.0, 502: 20.0, 503: 5.0, 504: 60.0}
ENVIRONMENTS = (("production", 92), ("staging", 8))
CUSTOMERS_A_PROJECT = 40


@dataclass(frozen=True)
class Place:
    country: str
    region: str
    city: str
    time_zone: str
    asn: int
    as_organization: str


@dataclass(frozen=True)
class Client:
    user_agent: str
    agent_kind: str
    os: str
    device: str
    app: str
    app_version: str


# Numbers of networks are of those kept for documentation (RFC 5398), addresses too (RFC 5737).
PLACES = (
    (Place("US", "Virginia", "Ashburn", "America/New_York", 64496, "Example Cloud"), 30),
    (Place("US", "California", "San Francisco", "America/Los_Angeles", 64497, "Example Cable"), 18),
    (Place("DE", "Hesse", "Frankfurt", "Europe/Berlin", 64498, "Example Hosting"), 14),
    (Place("GB", "England", "London", "Europe/London", 64499, "Example Broadband"), 11),
    (Place("FR", "Île-de-France", "Paris", "Europe/Paris", 64500, "Example Mobile"), 7),
    (Place("HR", "Zagreb", "Zagreb", "Europe/Zagreb", 64501, "Example Fibre"), 5),
    (Place("IN", "Karnataka", "Bengaluru", "Asia/Kolkata", 64502, "Example Telecom"), 6),
    (Place("JP", "Tokyo", "Tokyo", "Asia/Tokyo", 64503, "Example Net"), 4),
    (Place("BR", "São Paulo", "São Paulo", "America/Sao_Paulo", 64504, "Example Internet"), 3),
    (Place("AU", "New South Wales", "Sydney", "Australia/Sydney", 64505, "Example Link"), 2),
)
CLIENTS = (
    (Client("BookApp/5.2 (iPhone; iOS 19.1)", "person", "iOS", "iPhone", "BookApp", "5.2"), 26),
    (
        Client(
            "BookApp/5.1 (Pixel 9; Android 16)", "person", "Android", "Pixel 9", "BookApp", "5.1"
        ),
        19,
    ),
    (
        Client(
            "Mozilla/5.0 (Windows NT 10.0) Chrome/140.0", "person", "Windows", "PC", "Chrome", "140"
        ),
        17,
    ),
    (Client("Mozilla/5.0 (Macintosh) Safari/619.1", "person", "macOS", "Mac", "Safari", "19"), 9),
    (Client("python-requests/2.32.5", "", "", "", "python-requests", "2.32.5"), 12),
    (Client("okhttp/5.1.0", "", "", "", "okhttp", "5.1.0"), 8),
    (Client("curl/8.15.0", "", "", "", "curl", "8.15.0"), 4),
    (Client("Googlebot/2.1", "bot", "", "Spider", "Googlebot", "2.1"), 3),
    (Client("ChatGPT-User/1.0", "ai", "", "Spider", "ChatGPT-User", "1.0"), 2),
)


@dataclass(frozen=True)
class SeededProblem:
    """A problem and how often it occurs; `kind` and `state` are values of `Problem`."""

    kind: str
    status: int
    error_type: str
    message: str
    a_day: int
    state: str = "open"
    came_back: bool = False


PROBLEMS = (
    SeededProblem("server_error", 500, "ConnectionError", "database pool is exhausted", 60),
    SeededProblem("exception", 500, "KeyError", "'currency'", 20, came_back=True),
    SeededProblem("client_error", 422, "", "name: must not be empty", 240),
    SeededProblem("client_error", 404, "", "", 160, state="ignored"),
    SeededProblem("slow", 200, "", "", 40),
    SeededProblem("server_error", 503, "TimeoutError", "no answer in 5 s from ‹host›", 30),
    SeededProblem("client_error", 401, "", "token has expired", 90),
    SeededProblem("exception", 500, "TypeError", "unsupported operand", 24, state="resolved"),
)
CATEGORIES = ("Commerce", "Money", "Data", "Logistics", "Identity")
TAGS = (("public", "mobile"), ("internal",), ("public", "partners"), ("internal", "batch"), ())
CUSTOMER_NAMES = ("Northwind Books", "Harbour Café", "Alpine Rail", "Lumen Studios", "Orchard Bank")
# Code, stage, outcome and evidence; codes are of the catalogue of checks.
PROJECT_CHECKS = (
    ("server-error-5xx", "run_time", "warning", "1.4 % of requests"),
    ("client-error-404", "run_time", "pass", "2.2 % of requests"),
    ("compression", "run_time", "fail", "3 % of large answers were compressed"),
    ("http2", "run_time", "pass", ""),
    ("contact-information", "design_time", "fail", "info.contact is missing"),
    ("information-descriptions", "design_time", "fail", "info.description is missing"),
    ("operation-id", "design_time", "pass", ""),
    ("parameter-descriptions", "design_time", "warning", "5 of 9 parameters"),
    ("schema-types", "design_time", "pass", ""),
    ("secure-urls", "design_time", "pass", ""),
    ("robust-responses", "design_time", "pass", ""),
    ("rate-limiting", "design_time", "fail", "neither 429 nor RateLimit headers"),
)
# Code, of a hundred requests how many fail, and evidence.
ENDPOINT_CHECKS = (
    ("load-time", 9, "p95 is 812 ms"),
    ("force-secure-connection", 30, "no Strict-Transport-Security"),
    ("mime-sniffing", 12, "no X-Content-Type-Options"),
    ("rate-limit-headers", 40, "no RateLimit headers"),
    ("sequential-ids", 25, "ids are counted: 41, 42, 43"),
    ("authorization", 2, "200 without Authorization"),
    ("caching-headers", 22, "no Cache-Control"),
    ("error-body", 6, "500 with text/html"),
    ("mixed-names", 3, "createdAt beside updated_at"),
)
THREATS = (
    ("sql-injection", 0.6, ""),
    ("path-traversal", 0.4, ""),
    ("script-injection", 0.3, ""),
    ("accept-header", 3, ""),
)
SCORE_GROUPS = {
    "run_time": ("design", "performance", "security", "run_time"),
    "design_time": ("design", "ai_ready", "performance", "security"),
}
# Kind, severity, how much more than usual, evidence.
ANOMALIES = (
    ("spike", "medium", 3.1, ""),
    ("attack", "high", 7.4, "203.0.113.9 tried 412 logins"),
    ("drop", "high", 0.1, ""),
    ("spike", "low", 1.9, "customer-7"),
    ("attack", "medium", 4.2, "203.0.113.77 asked for /.env, /wp-login.php and 38 others"),
    ("spike", "high", 5.6, ""),
    ("spike", "low", 2.1, ""),
    ("drop", "medium", 0.4, ""),
)
