CREATE ROWSTORE REFERENCE TABLE `sales__new` (
  `id` bigint NOT NULL AUTO_INCREMENT,
  `shop` bigint NOT NULL,
  `code` varchar(20) NOT NULL,
  `note` varchar(9) NULL,
  `sold_at` datetime(6) NOT NULL,
  PRIMARY KEY (`id`),
  KEY (`code`),
  KEY (`shop`),
  KEY `sales_pair` (`code`, `shop`) USING HASH
);
INSERT INTO `sales__new` (`id`, `shop`, `code`, `note`, `sold_at`) SELECT `id`, `shop`, `code`, `note`, `sold_at` FROM `sales` WHERE `id` IS NOT NULL;
ALTER TABLE `sales` RENAME TO `sales__old`;
ALTER TABLE `sales__new` RENAME TO `sales`;
AGGREGATOR SYNC AUTO_INCREMENT ON `shop`.`sales` ALL;
DROP TABLE `sales__old`;
