ALTER TABLE `sales` DROP COLUMN `sold_at`
