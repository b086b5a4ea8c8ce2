package io.corale.planted.gossip;

import io.corale.scheduler.Command;

record GossipThatKnowsTheScheduler(Command command) {}
