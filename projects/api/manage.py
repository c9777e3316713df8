#!/usr/bin/env python3
from treblle_api.__main__ import main

if __name__ == "__main__":
    main()
