package io.corale.planted.model;

import io.corale.scheduler.Command;

record ModelThatKnowsTheScheduler(Command command) {}
