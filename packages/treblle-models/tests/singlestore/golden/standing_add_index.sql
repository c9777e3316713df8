ALTER TABLE `sales` ADD KEY `sales_shop` (`shop`) USING HASH
