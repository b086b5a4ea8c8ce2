package io.corale.node.discover;

import io.corale.model.AccountId;
import io.corale.model.OwnerId;
import io.corale.node.registry.Answer;
import io.corale.node.registry.OwnerEntry;
import io.corale.node.registry.Registration;
import io.corale.node.registry.Registry;
import io.corale.node.registry.Versioned;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** The accounts of owners, as {@link Registry} has them. */
public interface Accounts {
  /** {@link Registry#owner}. */
  CompletableFuture<Optional<OwnerEntry>> owner(OwnerId owner);

  /** {@link Registry#refresh}. */
  void refresh(OwnerId owner);

  /** {@link Registry#account}. */
  CompletableFuture<Optional<Versioned<Registration>>> account(OwnerId owner, AccountId account);

  /** {@link Registry#putDiscovered}. */
  CompletableFuture<Answer<Optional<Registration>>> putDiscovered(
      OwnerId owner, Versioned<Registration> read, Registration next);

  /** Those of the registry. */
  static Accounts of(Registry registry) {
    return new Accounts() {
      @Override
      public CompletableFuture<Optional<OwnerEntry>> owner(OwnerId owner) {
        return registry.owner(owner);
      }

      @Override
      public void refresh(OwnerId owner) {
        registry.refresh(owner);
      }

      @Override
      public CompletableFuture<Optional<Versioned<Registration>>> account(
          OwnerId owner, AccountId account) {
        return registry.account(owner, account);
      }

      @Override
      public CompletableFuture<Answer<Optional<Registration>>> putDiscovered(
          OwnerId owner, Versioned<Registration> read, Registration next) {
        return registry.putDiscovered(owner, read, next);
      }
    };
  }
}
