ALTER TABLE `sales` CHANGE `sold_at` `bought_at`
