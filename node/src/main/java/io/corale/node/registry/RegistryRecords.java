package io.corale.node.registry;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.Parser;
import io.corale.model.Account;
import io.corale.model.CompositionRef;
import io.corale.model.Discovered;
import io.corale.model.FunctionRef;
import io.corale.model.OwnerId;
import io.corale.model.Right;
import io.corale.model.SealedSecret;
import io.corale.model.Terms;
import io.corale.wire.Decode;
import io.corale.wire.Encode;
import io.corale.wire.Znodes;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.ToIntFunction;

/** Translates the registry's values to the records of {@code registry.proto} and back. */
final class RegistryRecords {
  /** The first version; readers refuse those that they do not know by name. */
  static final int VERSION = 1;

  /**
   * Of accounts that have more limits than their concurrency. A build that does not know them would
   * pass over them, and its cells start what exceeds them; so it must not read such an account.
   */
  private static final int VERSION_WITH_LIMITS = 2;

  private RegistryRecords() {}

  static ByteString owner(Instant created) {
    return Znodes.OwnerRecord.newBuilder()
        .setVersion(VERSION)
        .setCreatedWallMillis(created.toEpochMilli())
        .build()
        .toByteString();
  }

  /** Refuses an owner record of another version. */
  static void requireOwner(String path, ByteString record) {
    read(
        path,
        record,
        Znodes.OwnerRecord.parser(),
        Znodes.OwnerRecord::getVersion,
        Function.identity());
  }

  /**
   * Has the account as cells get it where older builds look for an account: a superpeer among them
   * goes on serving its owner, within what was discovered.
   */
  static ByteString account(Registration account) {
    Account inForce = account.inForce();
    Znodes.AccountRecord.Builder record =
        Znodes.AccountRecord.newBuilder()
            .setVersion(version(inForce))
            .setAccount(Encode.account(inForce));
    if (account.declared().asksForLimits()) {
      record.setDeclared(Encode.account(account.declared()));
    }
    account
        .discovered()
        .ifPresent(
            discovered -> {
              record.setAllowedWallMillis(discovered.since().toEpochMilli());
              discovered.allowances().forEach(each -> record.addAllowances(Encode.allowance(each)));
            });
    return record.build().toByteString();
  }

  private static int version(Account inForce) {
    return inForce.hasMoreLimits() ? VERSION_WITH_LIMITS : VERSION;
  }

  static Registration account(String path, ByteString record) {
    return read(
        path,
        record,
        Znodes.AccountRecord.parser(),
        // Both are read alike: what the second has more, the first has not.
        message -> message.getVersion() == VERSION_WITH_LIMITS ? VERSION : message.getVersion(),
        RegistryRecords::registration);
  }

  private static Registration registration(Znodes.AccountRecord message) {
    Account inForce = Decode.account(message.getAccount());
    if (version(inForce) > message.getVersion()) {
      throw new IllegalArgumentException(
          "has limits that version " + message.getVersion() + " of the record does not know");
    }
    Account declared = message.hasDeclared() ? Decode.account(message.getDeclared()) : inForce;
    if (!declared.id().equals(inForce.id())) {
      throw new IllegalArgumentException(
          "has account '%s', and declares account '%s'".formatted(inForce.id(), declared.id()));
    }
    boolean hasFound = message.getAllowedWallMillis() != 0 || message.getAllowancesCount() > 0;
    Registration registration =
        new Registration(
            declared,
            hasFound && declared.asksForLimits()
                ? Optional.of(discovered(message))
                : Optional.empty());
    // A build to come may say otherwise what follows from both. It has said it to cells, too; and
    // whoever refused it would be deaf to all other news of the owner.
    return registration.as(inForce.withoutAsking());
  }

  private static Discovered discovered(Znodes.AccountRecord message) {
    return new Discovered(
        message.getAllowancesList().stream().map(Decode::allowance).toList(),
        Instant.ofEpochMilli(message.getAllowedWallMillis()));
  }

  static ByteString terms(Terms terms) {
    return Znodes.TermsRecord.newBuilder()
        .setVersion(VERSION)
        .setTerms(Encode.terms(terms))
        .build()
        .toByteString();
  }

  static Terms terms(String path, ByteString record) {
    return read(
        path,
        record,
        Znodes.TermsRecord.parser(),
        Znodes.TermsRecord::getVersion,
        message -> Decode.terms(message.getTerms()));
  }

  static ByteString secret(SealedSecret secret) {
    return Znodes.SecretRecord.newBuilder()
        .setVersion(VERSION)
        .setSecret(Encode.secret(secret))
        .build()
        .toByteString();
  }

  static SealedSecret secret(String path, ByteString record) {
    return read(
        path,
        record,
        Znodes.SecretRecord.parser(),
        Znodes.SecretRecord::getVersion,
        message -> Decode.secret(message.getSecret()));
  }

  static ByteString composition(CompositionEntry entry) {
    return Znodes.CompositionRecord.newBuilder()
        .setVersion(VERSION)
        .setSource(entry.source())
        .setDigest(entry.digest())
        .setPublishedWallMillis(entry.published().toEpochMilli())
        .build()
        .toByteString();
  }

  static CompositionEntry composition(String path, CompositionRef ref, ByteString record) {
    return read(
        path,
        record,
        Znodes.CompositionRecord.parser(),
        Znodes.CompositionRecord::getVersion,
        message ->
            new CompositionEntry(
                ref,
                message.getSource(),
                message.getDigest(),
                Instant.ofEpochMilli(message.getPublishedWallMillis())));
  }

  static ByteString compositionDigest(String path, ByteString record) {
    return read(
        path,
        record,
        Znodes.CompositionRecord.parser(),
        Znodes.CompositionRecord::getVersion,
        Znodes.CompositionRecord::getDigest);
  }

  static ByteString function(FunctionEntry entry) {
    return Znodes.FunctionRecord.newBuilder()
        .setVersion(VERSION)
        .setSource(entry.source())
        .setDigest(entry.digest())
        .setPutWallMillis(entry.put().toEpochMilli())
        .build()
        .toByteString();
  }

  static FunctionEntry function(String path, FunctionRef ref, ByteString record) {
    return read(
        path,
        record,
        Znodes.FunctionRecord.parser(),
        Znodes.FunctionRecord::getVersion,
        message ->
            new FunctionEntry(
                ref,
                message.getSource(),
                message.getDigest(),
                Instant.ofEpochMilli(message.getPutWallMillis())));
  }

  static ByteString functionDigest(String path, ByteString record) {
    return read(
        path,
        record,
        Znodes.FunctionRecord.parser(),
        Znodes.FunctionRecord::getVersion,
        Znodes.FunctionRecord::getDigest);
  }

  static ByteString token(TokenEntry token) {
    Znodes.TokenRecord.Builder record =
        Znodes.TokenRecord.newBuilder()
            .setVersion(VERSION)
            .setSubject(token.subject())
            .setOperator(token.operator());
    token
        .rights()
        .forEach(
            (owner, rights) -> {
              Znodes.Rights.Builder some = Znodes.Rights.newBuilder();
              rights.forEach(right -> some.addRights(Encode.right(right)));
              record.putRights(owner.value(), some.build());
            });
    return record.build().toByteString();
  }

  static TokenEntry token(String path, String hash, ByteString record) {
    return read(
        path,
        record,
        Znodes.TokenRecord.parser(),
        Znodes.TokenRecord::getVersion,
        message -> {
          SortedMap<OwnerId, Set<Right>> rights = new TreeMap<>();
          message
              .getRightsMap()
              .forEach(
                  (owner, some) ->
                      rights.put(new OwnerId(owner), Decode.rights(some.getRightsValueList())));
          return new TokenEntry(hash, message.getSubject(), message.getOperator(), rights);
        });
  }

  static ByteString birth(Birth birth) {
    return birthRecord(birth).toByteString();
  }

  static Znodes.BirthRecord birthRecord(Birth birth) {
    Znodes.BirthRecord.Builder record =
        Znodes.BirthRecord.newBuilder()
            .setVersion(VERSION)
            .setState(
                switch (birth.state()) {
                  case BORN -> Znodes.BirthRecord.State.BORN;
                  case OPEN -> Znodes.BirthRecord.State.OPEN;
                })
            .setEpoch(birth.epoch())
            .setNonce(birth.nonce());
    for (BornMember member : birth.members()) {
      record.addMembers(
          Znodes.BornMember.newBuilder()
              .setIncarnation(Encode.incarnation(member.incarnation()))
              .setRaftPeer(member.raftPeer())
              .setRaftAddress(member.raftAddress())
              .setDoorAddress(member.doorAddress()));
    }
    return record.build();
  }

  static Birth birth(String path, ByteString record) {
    return read(
        path,
        record,
        Znodes.BirthRecord.parser(),
        Znodes.BirthRecord::getVersion,
        message ->
            new Birth(state(message), message.getEpoch(), message.getNonce(), members(message)));
  }

  private static Birth.State state(Znodes.BirthRecord message) {
    return switch (message.getState()) {
      case BORN -> Birth.State.BORN;
      case OPEN -> Birth.State.OPEN;
      case STATE_UNSPECIFIED, UNRECOGNIZED ->
          throw new IllegalArgumentException("state has the value " + message.getStateValue());
    };
  }

  private static List<BornMember> members(Znodes.BirthRecord message) {
    List<BornMember> members = new ArrayList<>(message.getMembersCount());
    for (Znodes.BornMember member : message.getMembersList()) {
      members.add(
          new BornMember(
              Decode.incarnation(member.getIncarnation()),
              member.getRaftPeer(),
              member.getRaftAddress(),
              member.getDoorAddress()));
    }
    return members;
  }

  private static <M extends Message, T> T read(
      String path,
      ByteString record,
      Parser<M> parser,
      ToIntFunction<M> version,
      Function<M, T> translate) {
    M message;
    try {
      message = parser.parseFrom(record);
    } catch (InvalidProtocolBufferException e) {
      throw new UnknownRecordException(path, "is damaged: " + e.getMessage());
    }
    if (version.applyAsInt(message) != VERSION) {
      throw new UnknownRecordException(
          path, "has version " + version.applyAsInt(message) + ", which this node cannot read");
    }
    try {
      return translate.apply(message);
    } catch (IllegalArgumentException e) {
      throw new UnknownRecordException(path, "cannot be read: " + e.getMessage());
    }
  }
}
