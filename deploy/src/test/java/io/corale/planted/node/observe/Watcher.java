package io.corale.planted.node.observe;

public record Watcher(int seen) {}
