package io.corale.planted.node.route;

import io.corale.planted.node.NodeThatKnowsTheClient;

record RoomThatKnowsTheAssembly(NodeThatKnowsTheClient assembly) {}
