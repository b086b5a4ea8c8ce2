package io.corale.planted.scheduler;

import io.corale.gossip.Overlay;

record SchedulerThatKnowsTheOverlay(Overlay overlay) {}
