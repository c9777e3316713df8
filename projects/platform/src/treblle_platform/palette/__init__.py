"""One search over everything: pages, projects, endpoints, customers, problems, requests."""
