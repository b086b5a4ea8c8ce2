package io.corale.node.provider.corale;

import io.corale.model.Account;
import io.corale.model.Outcome;
import io.corale.model.Release;
import io.corale.node.provider.Provider;
import io.corale.node.provider.ProviderCall;
import io.corale.wire.Freight;
import io.corale.wire.netty.Connections;
import io.corale.wire.netty.Introduction;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Runs a composition of another owner and waits for its end, as a client would: it comes to the
 * door with the account's token, and has no more rights than that gives.
 *
 * <p>The target names {@code composition}, {@code version} where it is not the highest release, and
 * {@code await: "false"} where nobody waits for the end. The result tells how it ended: <code>
 * {output}</code>, <code>{problem}</code> or <code>{cancelled}</code>.
 */
final class CoraleProvider implements Provider {
  static final String ID = "corale";

  private static final Set<String> TARGET = Set.of("composition", "version", "await");
  private static final int THREADS = 1;
  private static final int CLOSE_SECONDS = 2;

  private final List<String> allowed;
  private final EventLoopGroup loops;
  private final Connections connections;

  private CoraleProvider(List<String> allowed, EventLoopGroup loops, Freight freight) {
    this.allowed = List.copyOf(allowed);
    this.loops = loops;
    // As a client: what proves a node to its cluster is nothing for doors that owners name.
    this.connections = new Connections(loops, Introduction.ofClient(ID, Release.VERSION), freight);
  }

  /**
   * @param allowed doors, at least one
   * @param freight where large answers find room while they are read
   */
  static CoraleProvider open(List<String> allowed, Freight freight) {
    return new CoraleProvider(
        allowed,
        new MultiThreadIoEventLoopGroup(
            THREADS, new DefaultThreadFactory("corale-provider", true), NioIoHandler.newFactory()),
        freight);
  }

  @Override
  public String id() {
    return ID;
  }

  @Override
  public List<String> faults(Account account) {
    return Way.faults(account, allowed);
  }

  @Override
  public CompletableFuture<Outcome> call(ProviderCall call) {
    List<String> faults = new ArrayList<>(faults(call.account()));
    for (String key : new TreeSet<>(call.target().keySet())) {
      if (!TARGET.contains(key)) {
        faults.add("'" + key + "' is not known; expected composition, version, await");
      }
    }
    if (call.target().getOrDefault("composition", "").isEmpty()) {
      faults.add("'composition' is missing");
    }
    if (!faults.isEmpty()) {
      String detail = "account '" + call.account().id() + "': " + String.join("; ", faults);
      return CompletableFuture.completedFuture(new Outcome.FunctionError(detail, false));
    }
    return Errand.run(connections, Way.of(call.account(), allowed), call, System.nanoTime());
  }

  @Override
  public void close() {
    connections.close();
    loops.shutdownGracefully(0, CLOSE_SECONDS, TimeUnit.SECONDS);
  }
}
