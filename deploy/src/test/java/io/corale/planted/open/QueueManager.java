package io.corale.planted.open;

record QueueManager(int size) {}
