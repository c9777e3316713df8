"""A server that speaks MySQL's protocol and answers as SingleStore's manual says.

It knows links, aggregator pipelines over Parquet in S3 and the counters of AUTO_INCREMENT, and
refuses what the manual does not allow. Everything else, the expressions of a pipeline included, is
run by a real MariaDB behind it: so counts, sums and conversions are computed, not pretended.
"""
