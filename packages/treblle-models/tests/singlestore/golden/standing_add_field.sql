ALTER TABLE `sales` ADD COLUMN `code` varchar(9) NOT NULL DEFAULT '-'
