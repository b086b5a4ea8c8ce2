package io.corale.planted.open;

import org.apache.zookeeper.ZooKeeper;

record ZooKeeperInTheOpen(ZooKeeper session) {}
