DROP TABLE `sales`
