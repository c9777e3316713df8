ALTER TABLE `sales` ADD COLUMN `code__copy` varchar(20) NOT NULL
UPDATE `sales` SET `code__copy` = `code` :> varchar(20) WHERE `id` <= 2
UPDATE `sales` SET `code__copy` = `code` :> varchar(20) WHERE `id` > 2 AND `id` <= 4
UPDATE `sales` SET `code__copy` = `code` :> varchar(20) WHERE `id` > 4 AND `id` <= 1125899906842625
ALTER TABLE `sales` DROP INDEX `sales_pair`
ALTER TABLE `sales` DROP COLUMN `code`
ALTER TABLE `sales` CHANGE `code__copy` `code`
ALTER TABLE `sales` ADD KEY (`code`) USING HASH
ALTER TABLE `sales` ADD KEY `sales_pair` (`code`, `shop`) USING HASH
