package io.corale.node.cell;

import io.corale.model.OwnerId;
import io.corale.scheduler.Command;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * What a cell must hold before it acknowledges anything: its owner's accounts, secrets and
 * compositions as they stand in the registry.
 *
 * <p>The future fails if the registry cannot be read; it is then asked again.
 */
@FunctionalInterface
public interface Endowment {
  /**
   * {@code Configure}, {@code Entrust}, {@code Define} and {@code Schedule} commands, in the order
   * in which they are to be applied.
   */
  CompletableFuture<List<Command>> of(OwnerId owner);
}
