CREATE TABLE `sales` (
  `id` bigint NOT NULL AUTO_INCREMENT,
  `shop` bigint NOT NULL,
  `sold_at` datetime(6) NOT NULL,
  `code` varchar(20) NOT NULL,
  PRIMARY KEY (`id`, `shop`),
  SHARD KEY (`shop`),
  SORT KEY (`shop`, `sold_at` DESC),
  UNIQUE KEY `one` (`shop`, `code`) USING HASH,
  KEY (`code`) USING HASH,
  KEY `sales_hash` (`sold_at`) USING HASH
)
