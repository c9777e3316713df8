CREATE TABLE `sales__new` (
  `id` bigint NOT NULL AUTO_INCREMENT,
  `shop` bigint NOT NULL,
  `code` varchar(20) NOT NULL,
  `note` varchar(9) NULL,
  `sold_at` datetime(6) NOT NULL,
  PRIMARY KEY (`id`, `shop`),
  SHARD KEY (`shop`),
  SORT KEY (`sold_at` DESC),
  KEY (`code`) USING HASH,
  KEY (`shop`) USING HASH,
  KEY `sales_pair` (`code`, `shop`) USING HASH
)
INSERT INTO `sales__new` (`id`, `shop`, `code`, `note`, `sold_at`) SELECT `id`, `shop`, `code`, `note`, `sold_at` FROM `sales` WHERE `id` <= 2
INSERT INTO `sales__new` (`id`, `shop`, `code`, `note`, `sold_at`) SELECT `id`, `shop`, `code`, `note`, `sold_at` FROM `sales` WHERE `id` > 2 AND `id` <= 4
INSERT INTO `sales__new` (`id`, `shop`, `code`, `note`, `sold_at`) SELECT `id`, `shop`, `code`, `note`, `sold_at` FROM `sales` WHERE `id` > 4 AND `id` <= 1125899906842625
ALTER TABLE `sales` RENAME TO `sales__old`
ALTER TABLE `sales__new` RENAME TO `sales`
AGGREGATOR SYNC AUTO_INCREMENT ON `shop`.`sales` ALL
DROP TABLE `sales__old`
