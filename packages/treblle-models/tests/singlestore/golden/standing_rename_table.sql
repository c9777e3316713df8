ALTER TABLE `sales` RENAME TO `purchases`
