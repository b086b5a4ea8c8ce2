package io.corale.node.invoke;

import io.corale.model.Account;
import io.corale.node.provider.Authentication;
import io.corale.node.provider.Provider;
import io.corale.node.provider.ProviderFactory;
import io.corale.node.provider.ProviderSettings;
import io.corale.node.provider.Told;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The providers that this node can call, by the names that accounts use. Thread-safe. */
public final class Providers implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Providers.class);

  /** What providers promise. */
  private static final Duration MOST_ASKING = Duration.ofSeconds(30);

  private final SortedMap<String, Provider> byId;

  private Providers(SortedMap<String, Provider> byId) {
    this.byId = byId;
  }

  /** Opens every provider on the class path. */
  public static Providers open(ProviderSettings settings) {
    return open(ServiceLoader.load(ProviderFactory.class), settings);
  }

  /** Opens these providers. */
  static Providers open(Iterable<ProviderFactory> factories, ProviderSettings settings) {
    Providers opened = new Providers(new TreeMap<>());
    try {
      for (ProviderFactory factory : factories) {
        if (opened.byId.containsKey(factory.id())) {
          throw new IllegalStateException("two providers are called '" + factory.id() + "'");
        }
        opened.byId.put(factory.id(), factory.open(settings));
      }
    } catch (RuntimeException e) {
      opened.close(); // Their threads would outlive the node that does not start.
      throw e;
    }
    return opened;
  }

  /** The provider with this name. */
  public Optional<Provider> find(String id) {
    return Optional.ofNullable(byId.get(id));
  }

  /** What is wrong with an account, its provider's name included; empty where nothing is. */
  public List<String> faults(Account account) {
    Provider provider = byId.get(account.provider());
    return provider == null
        ? List.of(
            "provider '" + account.provider() + "' is not known; expected one of " + byId.keySet())
        : provider.faults(account);
  }

  /**
   * What the provider of an account says that it allows. The future always completes, normally.
   *
   * @param authentication what is to be shown
   */
  CompletableFuture<Told> discover(Account account, Authentication authentication) {
    Provider provider = byId.get(account.provider());
    if (provider == null) {
      return CompletableFuture.completedFuture(
          new Told.Failed("this node has no provider '" + account.provider() + "'"));
    }
    List<String> faults = provider.faults(account);
    if (!faults.isEmpty()) {
      return CompletableFuture.completedFuture(new Told.Failed(String.join("; ", faults)));
    }
    if (!provider.authenticates() && !authentication.equals(Authentication.NONE)) {
      return CompletableFuture.completedFuture(
          new Told.Failed("provider '" + provider.id() + "' shows no authentication"));
    }
    return asked(provider, account, authentication)
        .completeOnTimeout(
            new Told.Failed("there is no answer"), MOST_ASKING.toMillis(), TimeUnit.MILLISECONDS)
        .exceptionally(failure -> new Told.Failed("the provider broke: " + failure));
  }

  private static CompletableFuture<Told> asked(
      Provider provider, Account account, Authentication authentication) {
    try {
      return provider.discover(account, authentication);
    } catch (RuntimeException e) {
      log.error("provider {} broke as it was asked for limits", provider.id(), e);
      return CompletableFuture.failedFuture(e);
    }
  }

  /** Closes all, whichever of them breaks. */
  @Override
  public void close() {
    byId.values().forEach(Providers::close);
  }

  private static void close(Provider provider) {
    try {
      provider.close();
    } catch (RuntimeException e) {
      log.error("provider {} broke as it was closed", provider.id(), e);
    }
  }
}
