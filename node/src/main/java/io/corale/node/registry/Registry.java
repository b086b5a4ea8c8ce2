package io.corale.node.registry;

import com.google.protobuf.ByteString;
import io.corale.model.Account;
import io.corale.model.AccountId;
import io.corale.model.CellId;
import io.corale.model.CompositionRef;
import io.corale.model.FunctionRef;
import io.corale.model.OwnerId;
import io.corale.model.SealedSecret;
import io.corale.model.SecretName;
import io.corale.model.Terms;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Owners, accounts, composition versions, tokens and birth records, as the cluster agreed on them.
 *
 * <p>Threading: no method blocks; futures complete on the registry's own few threads, which a
 * caller must not hold. Each completes within a bounded time: normally, or with {@link
 * RegistryUnavailable} when ZooKeeper was not reached, or with {@link UnknownRecordException} when
 * a record was written by a newer version. A write that ended so <em>may have been made</em>; all
 * writes are idempotent, so asking again is safe.
 *
 * <p>{@link #owner}, {@link #composition} and {@link #token} may be a few seconds old; all the
 * others ask ZooKeeper.
 */
public interface Registry extends AutoCloseable {
  /** Whether ZooKeeper is reached at this moment; a hint for health reports. */
  boolean isConnected();

  /** Enters an owner; false when it was known already. */
  CompletableFuture<Boolean> createOwner(OwnerId owner);

  /** The owner with its accounts and the names of its compositions; empty when not entered. */
  CompletableFuture<Optional<OwnerEntry>> owner(OwnerId owner);

  /** Forgets what is cached about the owner, because it changed elsewhere. */
  void refresh(OwnerId owner);

  /**
   * Writes an account as its owner declares it. The version in {@code account} is ignored: the
   * answer is what cells get, with the one chosen here, above that of what stood before; equal
   * content keeps its version. Refused: {@code NOT_FOUND} (no such owner), {@code TOO_LARGE},
   * {@code OVERLOADED} (lost every race).
   */
  CompletableFuture<Answer<Account>> putAccount(OwnerId owner, Account account);

  /** An account as it stands, read anew; empty where there is none. */
  CompletableFuture<Optional<Versioned<Registration>>> account(OwnerId owner, AccountId account);

  /**
   * Writes what an account's provider allows beside what its owner declared. Empty where the
   * account is not what was read any more. Refused: {@code TOO_LARGE}.
   *
   * @param read what it was found out for
   * @param next what follows from that, under a later version
   */
  CompletableFuture<Answer<Optional<Registration>>> putDiscovered(
      OwnerId owner, Versioned<Registration> read, Registration next);

  /** What the owner has agreed to, read anew; empty where that is nothing. */
  CompletableFuture<Optional<Terms>> terms(OwnerId owner);

  /**
   * Writes what the owner agrees to. The answer carries what stands then. Refused: {@code
   * NOT_FOUND} (no such owner), {@code CONFLICT} (other terms stand than those that were to be
   * replaced), {@code OVERLOADED} (lost every race).
   */
  CompletableFuture<Answer<Terms>> putTerms(OwnerId owner, TermsChange change);

  /**
   * The owner's secrets, sealed, and what is left of removed ones, read anew; none where the owner
   * is not known.
   */
  CompletableFuture<List<SealedSecret>> secrets(OwnerId owner);

  /**
   * Changes a secret of the owner. The answer carries what stands now: empty where there is none,
   * nor ever was. Refused: {@code NOT_FOUND} (no such owner), {@code INVALID} (too many), {@code
   * OVERLOADED} (lost every race).
   */
  CompletableFuture<Answer<Optional<SealedSecret>>> changeSecret(
      OwnerId owner, SecretName name, SecretChange change);

  /**
   * Enters an immutable composition version. The same content again is a no-op, other content under
   * the same version is refused {@code CONFLICT}; also refused: {@code NOT_FOUND} (no such owner),
   * {@code TOO_LARGE}.
   *
   * @param source as the owner wrote it
   * @param digest SHA-256 of the canonical form, which decides about "same"
   */
  CompletableFuture<Answer<Publication>> publish(
      OwnerId owner, CompositionRef composition, ByteString source, ByteString digest);

  /** One composition version with its source; empty when it was not published. */
  CompletableFuture<Optional<CompositionEntry>> composition(
      OwnerId owner, CompositionRef composition);

  /** The highest release of this name, read anew; empty when none was published. */
  CompletableFuture<Optional<CompositionRef>> latestRelease(OwnerId owner, String name);

  /**
   * Enters an immutable function version in the owner's catalog; true when the same content stood
   * there already. Other content under the same version is refused {@code CONFLICT}; also refused:
   * {@code NOT_FOUND} (no such owner), {@code TOO_LARGE}, {@code INVALID} (too many).
   *
   * @param digest SHA-256 of the canonical form, which decides about "same"
   */
  CompletableFuture<Answer<Boolean>> putFunction(
      OwnerId owner, FunctionRef function, ByteString source, ByteString digest);

  /**
   * Takes a function version out of the owner's catalog; true when it stood there. Compositions
   * that were published with it keep what they found. Refused: {@code NOT_FOUND} (no such owner).
   */
  CompletableFuture<Answer<Boolean>> removeFunction(OwnerId owner, FunctionRef function);

  /** One function version with its source; empty when it was not put. */
  CompletableFuture<Optional<FunctionEntry>> function(OwnerId owner, FunctionRef function);

  /** The function versions of an owner, in order; none where the owner is not known. */
  CompletableFuture<List<FunctionRef>> functions(OwnerId owner);

  /** Enters the rights of a token; false when a token of this hash was known already. */
  CompletableFuture<Boolean> createToken(TokenEntry token);

  /**
   * The rights of the token with this hash; empty when there is none.
   *
   * @param hash as {@link TokenEntry#hash}
   */
  CompletableFuture<Optional<TokenEntry>> token(String hash);

  /** The birth record of a cell with its version; empty when the cell was never born. */
  CompletableFuture<Optional<Versioned<Birth>>> birth(CellId cell);

  /**
   * Writes the first birth record of a cell. Of any number of callers with different nonces exactly
   * one gets an answer with content (rule 2); empty: another record stands, read it.
   */
  CompletableFuture<Optional<Versioned<Birth>>> createBirth(CellId cell, Birth birth);

  /**
   * Replaces the birth record where it still has this version. A record equal to {@code next} that
   * stands already counts as written, because the first try may have been; empty: another one
   * stands.
   *
   * @param version that of the {@link Versioned} which the decision was based on
   */
  CompletableFuture<Optional<Versioned<Birth>>> replaceBirth(CellId cell, int version, Birth next);

  /** Ends the session; requests under way fail with {@link RegistryUnavailable}. */
  @Override
  void close();
}
