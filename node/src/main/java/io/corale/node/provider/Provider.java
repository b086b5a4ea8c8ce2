package io.corale.node.provider;

import io.corale.model.Account;
import io.corale.model.Outcome;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * A way to run functions: AWS Lambda, HTTP, a simulation. It never retries and never queues: both
 * are the scheduler's, or its accounting of slots would be wrong.
 *
 * <p>Threading: {@link #call} is invoked from any thread and must not block; the future may
 * complete on any thread.
 */
public interface Provider extends AutoCloseable {
  /** The name by which accounts choose it, such as {@code http}. */
  String id();

  /**
   * What is wrong with the settings of an account of this provider: which one, what was expected.
   * Empty where it can be used. A provider that has settings says here which; by itself it has
   * none.
   */
  default List<String> faults(Account account) {
    return account.settings().isEmpty()
        ? List.of()
        : List.of("provider " + id() + " has no settings, found " + account.settings().keySet());
  }

  /** Whether attempts of this form can be given to it. */
  default boolean takes(CallForm form) {
    return form == CallForm.FUNCTION;
  }

  /** Whether it shows what attempts have to be authenticated by. */
  default boolean authenticates() {
    return false;
  }

  /**
   * Asks what an account may use, where its settings say so. The future always completes, normally,
   * within half a minute; what it reads for that is bounded. May be called from any thread and must
   * not block.
   *
   * @param authentication what is to be shown
   */
  default CompletableFuture<Told> discover(Account account, Authentication authentication) {
    return CompletableFuture.completedFuture(new Told.Nothing());
  }

  /**
   * Runs one attempt. The future always completes, normally, exactly once, no later than the call's
   * timeout plus a second, unless a large answer has had to wait for room ({@link Hold#hasWaited});
   * an exception in it is a bug of the provider. Cancelling it says that the answer is of no use
   * any more; the provider may then let go of its connection.
   *
   * <p>The last thing before bytes leave (or a child starts) is {@link SendGuard#permits()}; if it
   * says no, the outcome is {@link Outcome.NotSent}. What else an attempt sends on its own account,
   * {@link SendGuard#permitsMore()} is asked before.
   */
  CompletableFuture<Outcome> call(ProviderCall call);

  /** Ends what runs, gives threads and sockets back. */
  @Override
  void close();
}
