package io.corale.scheduler.wire;

import com.google.protobuf.ByteString;
import io.corale.model.Account;
import io.corale.model.AccountId;
import io.corale.model.AttemptId;
import io.corale.model.CallId;
import io.corale.model.CompositionRef;
import io.corale.model.Ending;
import io.corale.model.Event;
import io.corale.model.Incarnation;
import io.corale.model.InvocationId;
import io.corale.model.NodeId;
import io.corale.model.Payload;
import io.corale.model.Policy;
import io.corale.model.Problem;
import io.corale.model.ScopeLimit;
import io.corale.model.ServiceClass;
import io.corale.scheduler.Executor;
import io.corale.scheduler.Subscription;
import io.corale.wire.Common;
import io.corale.wire.Decode;
import io.corale.wire.Encode;
import io.corale.wire.Log;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/** Translates the words that the log and the snapshot share. */
final class Words {
  private Words() {}

  static Common.CompositionRef write(CompositionRef ref) {
    return Common.CompositionRef.newBuilder().setName(ref.name()).setVersion(ref.version()).build();
  }

  static CompositionRef read(Common.CompositionRef ref) {
    return new CompositionRef(ref.getName(), ref.getVersion());
  }

  /** What is not to be written where it stands must be a reference by now. */
  static Common.Payload write(Payload payload) {
    return payload.isReference()
        ? Common.Payload.newBuilder().setReference(write(payload.reference())).build()
        : Common.Payload.newBuilder().setInline(payload.bytes()).build();
  }

  static Payload read(Common.Payload payload) {
    return switch (payload.getWhereCase()) {
      case INLINE -> payload(payload.getInline());
      case REFERENCE -> Payload.of(read(payload.getReference()));
      case WHERE_NOT_SET -> throw new UnknownFormat("payload of an unknown kind");
    };
  }

  static Common.Payload.Reference write(Payload.Reference reference) {
    return Common.Payload.Reference.newBuilder()
        .setSha256(reference.sha256())
        .setSizeBytes(reference.sizeBytes())
        .build();
  }

  static Payload.Reference read(Common.Payload.Reference reference) {
    return new Payload.Reference(reference.getSha256(), reference.getSizeBytes());
  }

  /** A payload as a field of bytes has it; one that is not to stand there leaves it empty. */
  static ByteString bytes(Payload payload) {
    return payload.isReference() ? ByteString.EMPTY : payload.bytes();
  }

  static Payload payload(ByteString bytes) {
    return new Payload(bytes);
  }

  /** The items of a list: where there are texts, one for each that is empty, in their order. */
  static List<Payload> items(List<ByteString> inline, List<Common.Payload.Reference> texts) {
    long empty = inline.stream().filter(ByteString::isEmpty).count();
    if (!texts.isEmpty() && texts.size() != empty) {
      throw new IllegalArgumentException(
          "a list has %d texts in the place of %d items".formatted(texts.size(), empty));
    }
    List<Payload> items = new ArrayList<>(inline.size());
    Iterator<Common.Payload.Reference> next = texts.iterator();
    for (ByteString item : inline) {
      items.add(next.hasNext() && item.isEmpty() ? Payload.of(read(next.next())) : payload(item));
    }
    return items;
  }

  static Common.Event write(Event event) {
    return Common.Event.newBuilder()
        .setId(event.id())
        .setSource(event.source())
        .setType(event.type())
        .setSubject(event.subject())
        .setContent(event.content().bytes())
        .build();
  }

  static Event read(Common.Event event) {
    return new Event(
        event.getId(),
        event.getSource(),
        event.getType(),
        event.getSubject(),
        payload(event.getContent()));
  }

  static Log.Subscription write(Subscription subscription) {
    return Log.Subscription.newBuilder()
        .setType(subscription.type().orElse(""))
        .setSource(subscription.source().orElse(""))
        .setSubject(subscription.subject().orElse(""))
        .build();
  }

  static Subscription read(Log.Subscription wire) {
    return new Subscription(
        optional(wire.getType()), optional(wire.getSource()), optional(wire.getSubject()));
  }

  static Common.Problem write(Problem problem) {
    return Common.Problem.newBuilder()
        .setType(problem.type())
        .setStatus(problem.status())
        .setTitle(problem.title())
        .setDetail(problem.detail())
        .setInstance(problem.instance())
        .build();
  }

  static Problem read(Common.Problem problem) {
    return new Problem(
        problem.getType(),
        problem.getStatus(),
        problem.getTitle(),
        problem.getDetail(),
        problem.getInstance());
  }

  static Common.Ending write(Ending ending) {
    Common.Ending.Builder wire = Common.Ending.newBuilder();
    if (ending instanceof Ending.Completed completed) {
      wire.setCompleted(write(completed.output()));
    } else if (ending instanceof Ending.Faulted faulted) {
      wire.setFaulted(write(faulted.problem()));
    } else if (ending instanceof Ending.Cancelled cancelled) {
      wire.setCancelled(cancelled.reason());
    }
    return wire.build();
  }

  static Ending read(Common.Ending ending) {
    return switch (ending.getHowCase()) {
      case COMPLETED -> new Ending.Completed(read(ending.getCompleted()));
      case FAULTED -> new Ending.Faulted(read(ending.getFaulted()));
      case CANCELLED -> new Ending.Cancelled(ending.getCancelled());
      case HOW_NOT_SET -> throw new UnknownFormat("unknown kind of ending");
    };
  }

  static Log.Executor write(Executor executor) {
    return Log.Executor.newBuilder()
        .setNode(
            Common.Incarnation.newBuilder()
                .setNode(executor.node().node().value())
                .setBoot(executor.node().boot()))
        .setTerm(executor.term())
        .build();
  }

  static Executor read(Log.Executor executor) {
    Common.Incarnation node = executor.getNode();
    return new Executor(
        new Incarnation(new NodeId(node.getNode()), node.getBoot()), executor.getTerm());
  }

  static Log.Attempt write(AttemptId attempt) {
    return Log.Attempt.newBuilder()
        .setInvocation(attempt.call().invocation().value())
        .setCall(attempt.call().number())
        .setAttempt(attempt.number())
        .build();
  }

  static AttemptId read(Log.Attempt attempt) {
    return new AttemptId(
        new CallId(new InvocationId(attempt.getInvocation()), attempt.getCall()),
        attempt.getAttempt());
  }

  static Common.Account write(Account account) {
    Common.Account.Builder wire =
        Common.Account.newBuilder()
            .setId(account.id().value())
            .setProvider(account.provider())
            .setVersion(account.version())
            .setPolicy(
                switch (account.policy()) {
                  case FIFO -> Common.Policy.FIFO;
                  case EDF -> Common.Policy.EDF;
                  case LST_BL -> Common.Policy.LST_BL;
                })
            .putAllSettings(account.settings())
            .setRetriesFast(account.retriesFast());
    for (ScopeLimit scope : account.scopes()) {
      wire.addScopes(Encode.scope(scope));
    }
    return wire.build();
  }

  static Account read(Common.Account account) {
    List<ScopeLimit> scopes = new ArrayList<>(account.getScopesCount());
    for (Common.ScopeLimit scope : account.getScopesList()) {
      scopes.add(Decode.scope(scope));
    }
    return new Account(
        new AccountId(account.getId()),
        account.getProvider(),
        account.getVersion(),
        switch (account.getPolicy()) {
          case FIFO -> Policy.FIFO;
          case EDF -> Policy.EDF;
          case LST_BL -> Policy.LST_BL;
          case POLICY_UNSPECIFIED, UNRECOGNIZED ->
              throw new UnknownFormat("unknown policy " + account.getPolicyValue());
        },
        new TreeMap<>(account.getSettingsMap()),
        scopes,
        account.getRetriesFast());
  }

  static Common.ServiceClass write(ServiceClass serviceClass) {
    return switch (serviceClass) {
      case URGENT -> Common.ServiceClass.URGENT;
      case INTERACTIVE -> Common.ServiceClass.INTERACTIVE;
      case STANDARD -> Common.ServiceClass.STANDARD;
      case BATCH -> Common.ServiceClass.BATCH;
    };
  }

  static ServiceClass read(Common.ServiceClass serviceClass) {
    return switch (serviceClass) {
      case URGENT -> ServiceClass.URGENT;
      case INTERACTIVE -> ServiceClass.INTERACTIVE;
      case STANDARD -> ServiceClass.STANDARD;
      case BATCH -> ServiceClass.BATCH;
      case SERVICE_CLASS_UNSPECIFIED, UNRECOGNIZED ->
          throw new UnknownFormat("unknown service class");
    };
  }

  static Optional<String> optional(String text) {
    return text.isEmpty() ? Optional.empty() : Optional.of(text);
  }
}
