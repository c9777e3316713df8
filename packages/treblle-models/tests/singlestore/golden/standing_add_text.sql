ALTER TABLE `sales` ADD COLUMN `note` longtext NOT NULL
UPDATE `sales` SET `note` = 'none'
