#!/usr/bin/env python3
from treblle_platform.__main__ import main

if __name__ == "__main__":
    main()
