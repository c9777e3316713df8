ALTER TABLE `sales` ADD COLUMN `code__copy` varchar(40) NOT NULL;
UPDATE `sales` SET `code__copy` = `code` :> varchar(40) WHERE `id` IS NOT NULL;
ALTER TABLE `sales` DROP INDEX `code`;
ALTER TABLE `sales` DROP INDEX `sales_pair`;
ALTER TABLE `sales` DROP COLUMN `code`;
ALTER TABLE `sales` CHANGE `code__copy` `code`;
ALTER TABLE `sales` ADD KEY `sales_pair` (`code`, `shop`) USING HASH;
