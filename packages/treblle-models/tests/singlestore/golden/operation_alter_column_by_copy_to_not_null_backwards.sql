ALTER TABLE `sales` ADD COLUMN `note__copy` varchar(9) NULL
UPDATE `sales` SET `note__copy` = `note` :> varchar(9) WHERE `id` <= 1125899906842625
ALTER TABLE `sales` DROP COLUMN `note`
ALTER TABLE `sales` CHANGE `note__copy` `note`
