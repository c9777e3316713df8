ALTER TABLE `sales` ADD UNIQUE KEY `once` (`id`, `sold_at`) USING HASH
