package io.corale.deploy.bench;

import io.corale.deploy.cluster.CoraleProcess;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/**
 * One of the systems that are compared: three servers, started, in which a chain of steps can be
 * run. Closing it stops all that was started for it.
 */
interface Contender extends AutoCloseable {
  int SERVERS = 3;

  /** With its version. */
  String name() throws IOException;

  /** What decides about its figures, in one line. */
  String settings() throws IOException;

  List<CoraleProcess> servers();

  /** Processes that begin chains or perform steps, where that is not this one. */
  List<CoraleProcess> drivers();

  /** Begins chains, so many in flight. */
  Load load(Pace pace) throws IOException, InterruptedException;

  @Override
  void close();

  /** How it is loaded. */
  record Pace(int inFlight, Duration warmUp, Duration measured) {}

  /** Chains in flight, until it is told to end or its contender is closed. */
  interface Load {
    /** Returns when the measured time begins. */
    void warmUp() throws IOException, InterruptedException;

    /** Returns when the measured time is over; the load goes on. */
    LoopFigures measure() throws IOException, InterruptedException;

    /** How many have ended so far; asked for after the measured time. */
    long ended() throws IOException;

    /**
     * Returns when none is in flight.
     *
     * @return how many failed, from the begin to here
     */
    long end() throws IOException, InterruptedException, NoFigures;
  }
}
