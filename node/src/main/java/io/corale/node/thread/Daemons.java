package io.corale.node.thread;

import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The threads of one pool, numbered under its name. They are daemons: a pool that was not closed
 * must not keep the process of a node that has failed alive.
 */
public final class Daemons implements ThreadFactory {
  private final String name;
  private final AtomicInteger made = new AtomicInteger();

  public Daemons(String name) {
    this.name = name;
  }

  @Override
  public Thread newThread(Runnable task) {
    Thread thread = new Thread(task, name + "-" + made.incrementAndGet());
    thread.setDaemon(true);
    return thread;
  }
}
