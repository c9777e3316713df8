CREATE ROWSTORE REFERENCE TABLE `sales` (
  `code` varchar(50) NOT NULL,
  `id` bigint NOT NULL AUTO_INCREMENT,
  `shop` bigint NOT NULL,
  `sold_at` datetime(6) NOT NULL,
  `note` longtext NULL,
  `price` numeric(8, 2) NOT NULL,
  `pieces` integer UNSIGNED NOT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY (`code`)
);
