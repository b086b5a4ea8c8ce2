package io.corale.planted.node.route;

import io.corale.planted.node.observe.Watcher;

record RoomThatKnowsTheWatcher(Watcher watcher) {}
