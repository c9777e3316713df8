CREATE ROWSTORE REFERENCE TABLE `sales` (
  `id` bigint NOT NULL AUTO_INCREMENT,
  `shop` bigint NOT NULL,
  `sold_at` datetime(6) NOT NULL,
  `code` varchar(20) NOT NULL,
  `note` longtext NULL,
  `price` numeric(8, 2) NOT NULL,
  `pieces` integer UNSIGNED NOT NULL,
  PRIMARY KEY (`id`),
  KEY `sales_pair` (`shop`, `code`) USING HASH
);
