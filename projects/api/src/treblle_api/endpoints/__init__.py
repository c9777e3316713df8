"""Operations of a project's API, and what people say of them."""
