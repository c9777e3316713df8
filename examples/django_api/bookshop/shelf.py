"""The shop's stock and its orders, kept in memory."""

import itertools
import time
from dataclasses import asdict, dataclass, replace
from typing import Any, Final

MOST_ORDERS: Final = 1000
# The shop's next release: by then its API has been described, and Treblle tells what changed.
RELEASED_AFTER_S: Final = 90.0


@dataclass(frozen=True)
class Book:
    id: int
    title: str
    author: str
    year: int
    price: float
    stock: int


@dataclass(frozen=True)
class Order:
    id: int
    book: int
    quantity: int
    status: str = "placed"


# Works whose authors died long ago; prices are made up.
BOOKS: Final = {
    book.id: book
    for book in (
        Book(1, "Pride and Prejudice", "Jane Austen", 1813, 9.5, 14),
        Book(2, "Frankenstein", "Mary Shelley", 1818, 8.9, 6),
        Book(3, "Moby-Dick", "Herman Melville", 1851, 14.0, 3),
        Book(4, "Crime and Punishment", "Fyodor Dostoevsky", 1866, 12.5, 9),
        Book(5, "Around the World in Eighty Days", "Jules Verne", 1872, 7.9, 21),
        Book(6, "Adventures of Huckleberry Finn", "Mark Twain", 1884, 8.5, 0),
        Book(7, "The Time Machine", "H. G. Wells", 1895, 6.9, 17),
        Book(8, "Dracula", "Bram Stoker", 1897, 10.5, 11),
        Book(9, "Kim", "Rudyard Kipling", 1901, 7.5, 5),
        Book(10, "The Secret Garden", "Frances Hodgson Burnett", 1911, 9.0, 8),
    )
}
_orders: dict[int, Order] = {}
_numbers = itertools.count(1001)
_opened_at = time.monotonic()


def find(words: str) -> list[Book]:
    """Books whose title or author has `words` in it."""
    wanted = words.casefold()
    return [b for b in BOOKS.values() if wanted in f"{b.title} {b.author}".casefold()]


def place_order(book: int, quantity: int) -> Order:
    if len(_orders) >= MOST_ORDERS:
        _orders.pop(next(iter(_orders)))
    order = Order(next(_numbers), book, quantity)
    _orders[order.id] = order
    return order


def order_of(id: int) -> Order | None:
    return _orders.get(id)


def change_order(order: Order, quantity: int) -> Order:
    _orders[order.id] = replace(order, quantity=quantity)
    return _orders[order.id]


def cancel_order(order: Order) -> None:
    _orders.pop(order.id, None)


def as_json(thing: Book | Order) -> dict[str, Any]:
    """Since the release a book has a currency, and no stock where it is sold out."""
    found = asdict(thing)
    if isinstance(thing, Book) and time.monotonic() - _opened_at > RELEASED_AFTER_S:
        found |= {"currency": "EUR", "stock": thing.stock or None}
    return found
