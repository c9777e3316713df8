#!/usr/bin/env python
from treblle_website.__main__ import main

if __name__ == "__main__":
    main()
