ALTER TABLE `sales` ADD COLUMN `note__copy` varchar(9) NOT NULL DEFAULT '-';
UPDATE `sales` SET `note__copy` = COALESCE(`note`, '-') :> varchar(9) WHERE `id` IS NOT NULL;
ALTER TABLE `sales` DROP COLUMN `note`;
ALTER TABLE `sales` CHANGE `note__copy` `note`;
