package io.corale.client;

import com.google.protobuf.ByteString;
import io.corale.model.Account;
import io.corale.model.AccountId;
import io.corale.model.CellId;
import io.corale.model.FunctionRef;
import io.corale.model.InvocationId;
import io.corale.model.OwnerId;
import io.corale.model.Payload;
import io.corale.model.Refusal;
import io.corale.model.Retention;
import io.corale.model.Right;
import io.corale.model.SealedSecret;
import io.corale.model.SecretName;
import io.corale.model.ServiceClass;
import io.corale.model.Terms;
import io.corale.wire.Decode;
import io.corale.wire.Door;
import io.corale.wire.Encode;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongFunction;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * Invokes compositions of one owner at a cluster, through whichever of its nodes answers.
 *
 * <p>Every request goes from node to node until it has a definite answer or its time is over; that
 * is safe because each carries its own id. Definite and indefinite ends are different types:
 * refused means that it did not happen and will not, unknown means that it may have.
 *
 * <p>Threading: thread-safe; no method blocks but {@link #close}. Futures complete normally, on the
 * executor given to the builder.
 */
@SuppressWarnings("FutureReturnValueIgnored") // All futures here complete normally.
public final class Client implements AutoCloseable {
  private final Asking.Means means;
  private static final Duration LEAST_DEADLINE = Duration.ofMillis(1);
  private static final Duration YEAR = Duration.ofDays(365);

  private final Settings settings;
  private final Executor executor;
  private final InFlight inFlight;
  private final Clock wall;
  private final InvocationIds ids = new InvocationIds();
  private final AtomicLong seenIndex = new AtomicLong();

  Client(Settings settings, Asking.Means means, Clock wall) {
    this.settings = settings;
    this.means = means;
    this.executor = settings.executor();
    this.inFlight = new InFlight(settings.maxInFlight(), settings.letsWait());
    this.wall = wall;
  }

  public static ClientBuilder builder() {
    return new ClientBuilder();
  }

  /** The owner whose compositions it invokes; empty if it asks only about the cluster. */
  public Optional<OwnerId> owner() {
    return settings.owner();
  }

  /**
   * Starts the highest release of a composition; see {@link #start(String, Payload, StartOptions)}.
   */
  public Invocation start(String composition, Payload input) {
    return start(composition, input, StartOptions.DEFAULTS);
  }

  /**
   * Starts an invocation. Beyond the bound on invocations in flight it is refused {@code
   * OVERLOADED} or waits its turn, as the builder was told.
   */
  public Invocation start(String composition, Payload input, StartOptions options) {
    InvocationId id = options.id().orElseGet(ids::draw);
    Submission submission = new Submission(this::askForEnd);
    Invocation invocation =
        new Invocation(id, handedOver(submission.accepted()), handedOver(submission.result()));
    Optional<Refusal> refusal = refuseHere(input, options);
    if (refusal.isPresent()) {
      submission.heardLast(id, Asking.refused(refusal.get()));
    } else if (!inFlight.enter(() -> submit(id, composition, input, options, submission))) {
      submission.heardLast(id, Asking.refused(tooMany()));
    }
    return invocation;
  }

  private Optional<Refusal> refuseHere(Payload input, StartOptions options) {
    if (input.sizeBytes() > Payload.MAX_BYTES) {
      return Optional.of(tooLarge("input", input));
    }
    if (options.retryFor().orElse(Duration.ZERO).compareTo(ClientBuilder.MAX_RETRY_FOR) > 0) {
      return Optional.of(
          Refusal.of(
              Refusal.Code.INVALID,
              "retryFor is at most " + ClientBuilder.MAX_RETRY_FOR + ", the life of a receipt"));
    }
    return Optional.empty();
  }

  private static Refusal tooLarge(String what, Payload value) {
    return Refusal.of(
        Refusal.Code.TOO_LARGE,
        what
            + " has "
            + value.sizeBytes()
            + " bytes, at most "
            + Payload.MAX_BYTES
            + " are taken: pass large values by reference");
  }

  private Refusal tooMany() {
    return Refusal.of(
        Refusal.Code.OVERLOADED,
        "this client has " + inFlight.limit() + " invocations in flight, its limit");
  }

  private void submit(
      InvocationId id,
      String composition,
      Payload input,
      StartOptions options,
      Submission submission) {
    submission.result().whenComplete((outcome, failure) -> inFlight.leave());
    Duration retryFor = options.retryFor().orElse(settings.retryFor());
    Door.Submit.Builder submit =
        Door.Submit.newBuilder()
            .setInvocation(id.value())
            .setComposition(composition)
            .setVersion(options.version().orElse(""))
            .setInput(Encode.payload(input))
            .setServiceClass(Encode.serviceClass(options.serviceClass()))
            .setDeadlineMillis(options.deadline().map(Duration::toMillis).orElse(0L))
            .setRetryUntilMillis(wall.millis() + remembered(retryFor).toMillis())
            .putAllLabels(options.labels())
            .setParent(options.parent().map(InvocationId::value).orElse(""))
            .setIncidents(options.wantsIncidents())
            .setAwaitEnd(true);
    Door.Request request =
        Door.Request.newBuilder()
            .setEnvelope(envelope().setTraceParent(options.traceParent()))
            .setSubmit(submit)
            .build();
    Asking.ask(
            means,
            request,
            Patience.acknowledged(retryFor, request.getSerializedSize()),
            submission::heardMore)
        .thenAccept(response -> submission.heardLast(id, seen(response)));
  }

  private Duration remembered(Duration retryFor) {
    return settings.rememberFor().compareTo(retryFor) > 0 ? settings.rememberFor() : retryFor;
  }

  /** Waits for an invocation that somebody started. */
  public CompletableFuture<ClientOutcome> await(InvocationId id) {
    return handedOver(
        askForEnd(
                Door.Request.newBuilder()
                    .setAwait(Door.Await.newBuilder().setInvocation(id.value())))
            .thenApply(Submission::outcome));
  }

  /**
   * Asks for as long as the invocation runs: where no end came in time, a status tells whether
   * anybody is there to wait for.
   */
  private CompletableFuture<Door.Response> askForEnd(Door.Request.Builder await) {
    Door.Request request = await.setEnvelope(envelope()).build();
    return Asking.ask(means, request, Patience.open(settings.retryFor()), response -> {})
        .thenApply(this::seen)
        .thenCompose(
            response ->
                response.hasUnknown()
                    ? askWhetherItRuns(await, response)
                    : CompletableFuture.completedFuture(response));
  }

  private CompletableFuture<Door.Response> askWhetherItRuns(
      Door.Request.Builder await, Door.Response unknown) {
    return status(await.getAwait().getInvocation())
        .thenCompose(
            response -> {
              if (!response.hasStatus()) {
                return CompletableFuture.completedFuture(unknown);
              }
              return response.getStatus().hasEnding()
                  ? CompletableFuture.completedFuture(response)
                  : askForEnd(await);
            });
  }

  /** Where an invocation stands. */
  public CompletableFuture<Reply<Door.InvocationStatus>> status(InvocationId id) {
    return reply(status(id.value()), Door.Response::hasStatus, Door.Response::getStatus);
  }

  private CompletableFuture<Door.Response> status(String id) {
    return ask(
        Door.Request.newBuilder()
            .setStatus(Door.Status.newBuilder().setInvocation(id).setSeenIndex(seenIndex.get())));
  }

  /** What happened to an invocation, step by step. */
  public CompletableFuture<Reply<Door.TraceReport>> trace(InvocationId id) {
    Door.Trace.Builder trace =
        Door.Trace.newBuilder().setInvocation(id.value()).setSeenIndex(seenIndex.get());
    return reply(
        ask(Door.Request.newBuilder().setTrace(trace)),
        Door.Response::hasTrace,
        Door.Response::getTrace);
  }

  /**
   * Why the calls of an invocation stand where they stand: what keeps each waiting one, its place
   * and when it will start. With all that happened so far, as {@link #trace} tells it.
   */
  public CompletableFuture<Reply<Door.ExplainReport>> explain(InvocationId id) {
    Door.Explain.Builder explain =
        Door.Explain.newBuilder().setInvocation(id.value()).setSeenIndex(seenIndex.get());
    return reply(
        ask(Door.Request.newBuilder().setExplain(explain)),
        Door.Response::hasExplained,
        Door.Response::getExplained);
  }

  /**
   * One page of invocations.
   *
   * @param query its {@code seen_index} is set here
   */
  public CompletableFuture<Reply<Door.InvocationList>> list(Door.ListInvocations query) {
    Door.ListInvocations seen = query.toBuilder().setSeenIndex(seenIndex.get()).build();
    return reply(
        ask(Door.Request.newBuilder().setList(seen)),
        Door.Response::hasList,
        Door.Response::getList);
  }

  /** Announces an event to all who listen for it, once, however often it must be said. */
  public CompletableFuture<Reply<Door.Announced>> announce(CloudEvent event) {
    return announce(event, Door.Announce.newBuilder());
  }

  /**
   * Announces an event to one invocation, which keeps it until it listens; once, however often it
   * must be said.
   */
  public CompletableFuture<Reply<Door.Announced>> announce(CloudEvent event, InvocationId to) {
    return announce(event, Door.Announce.newBuilder().setTo(to.value()));
  }

  private CompletableFuture<Reply<Door.Announced>> announce(
      CloudEvent event, Door.Announce.Builder announce) {
    Payload content =
        Payload.ofJson(event.completed(() -> ids.draw().value(), wall.instant()).json());
    if (!content.fitsInline()) {
      Refusal refusal =
          Refusal.of(
              Refusal.Code.TOO_LARGE,
              "the event has "
                  + content.sizeBytes()
                  + " bytes, at most "
                  + Payload.MAX_INLINE_BYTES
                  + " are taken: pass large values by reference");
      return handedOver(CompletableFuture.completedFuture(new Reply.Refused<>(refusal)));
    }
    Duration retryFor = settings.retryFor();
    announce
        .setEvent(content.bytes())
        .setRetryUntilMillis(wall.millis() + remembered(retryFor).toMillis());
    Door.Request request =
        Door.Request.newBuilder().setEnvelope(envelope()).setAnnounce(announce).build();
    return reply(
        Asking.ask(means, request, Patience.brief(retryFor), response -> {}).thenApply(this::seen),
        Door.Response::hasAnnounced,
        Door.Response::getAnnounced);
  }

  /** Stops an invocation; one that has ended stays as it ended. */
  public CompletableFuture<Reply<Door.Done>> cancel(InvocationId id, String reason) {
    Door.Cancel.Builder cancel =
        Door.Cancel.newBuilder().setInvocation(id.value()).setReason(reason);
    return done(Door.Request.newBuilder().setCancel(cancel));
  }

  /**
   * Has nothing start of an invocation, nor of those that it awaits, until it is resumed; what runs
   * of it runs on.
   */
  public CompletableFuture<Reply<Door.Done>> pause(InvocationId id, String reason) {
    return hold(Door.Hold.newBuilder().setInvocation(id.value()).setHeld(true).setReason(reason));
  }

  /** Lets a paused invocation go on. */
  public CompletableFuture<Reply<Door.Done>> resume(InvocationId id) {
    return hold(Door.Hold.newBuilder().setInvocation(id.value()));
  }

  /** Has nothing start of all versions of a composition; new invocations are taken, and wait. */
  public CompletableFuture<Reply<Door.Done>> pauseComposition(String name, String reason) {
    return hold(Door.Hold.newBuilder().setComposition(name).setHeld(true).setReason(reason));
  }

  /** Lets a paused composition go on. */
  public CompletableFuture<Reply<Door.Done>> resumeComposition(String name) {
    return hold(Door.Hold.newBuilder().setComposition(name));
  }

  /** Has nothing start of this owner; new invocations are taken, and wait. */
  public CompletableFuture<Reply<Door.Done>> pauseOwner(String reason) {
    return hold(
        Door.Hold.newBuilder()
            .setOwner(Door.Hold.Owner.getDefaultInstance())
            .setHeld(true)
            .setReason(reason));
  }

  /** Lets this owner go on. */
  public CompletableFuture<Reply<Door.Done>> resumeOwner() {
    return hold(Door.Hold.newBuilder().setOwner(Door.Hold.Owner.getDefaultInstance()));
  }

  private CompletableFuture<Reply<Door.Done>> hold(Door.Hold.Builder hold) {
    return control(until -> Door.Request.newBuilder().setHold(hold.clone().setUntilMicros(until)));
  }

  private CompletableFuture<Reply<Door.Done>> control(LongFunction<Door.Request.Builder> request) {
    return reply(
        Timely.ask(this::ask, line()::nowNanos, settings.patience(), request),
        Door.Response::hasDone,
        Door.Response::getDone);
  }

  /** What is held: the owner, compositions, and invocations of their own. */
  public CompletableFuture<Reply<Door.HoldList>> holds() {
    Door.ShowHolds asked = Door.ShowHolds.newBuilder().setSeenIndex(seenIndex.get()).build();
    return reply(
        ask(Door.Request.newBuilder().setShowHolds(asked)),
        Door.Response::hasHolds,
        Door.Response::getHolds);
  }

  /**
   * One page of the calls that have failed for good and wait for a person, in the order of their
   * numbers; without what they were called with.
   *
   * @param of only those of this invocation; empty: all
   * @param limit 1 to 1000
   * @param after {@code next} of the page before; 0 for the first
   */
  public CompletableFuture<Reply<Door.IncidentList>> incidents(
      Optional<InvocationId> of, int limit, long after) {
    return incidents(
        Door.ListIncidents.newBuilder()
            .setInvocation(of.map(InvocationId::value).orElse(""))
            .setLimit(limit)
            .setAfter(after));
  }

  /** One of them, with what it was called with. */
  public CompletableFuture<Reply<Door.IncidentList>> incident(InvocationId of, long number) {
    return incidents(
        Door.ListIncidents.newBuilder().setInvocation(of.value()).setLimit(1).setNumber(number));
  }

  private CompletableFuture<Reply<Door.IncidentList>> incidents(Door.ListIncidents.Builder asked) {
    return reply(
        ask(Door.Request.newBuilder().setListIncidents(asked)),
        Door.Response::hasIncidents,
        Door.Response::getIncidents);
  }

  /**
   * Has a call that failed for good tried again, with all its attempts.
   *
   * @param arguments what it is to be called with; then it is another call, with a key of its own.
   *     Empty: as it was, under the key that it had; but a composition of another owner that did
   *     not end in its time, and was cancelled there, begins anew
   */
  public CompletableFuture<Reply<Door.Done>> retryIncident(
      InvocationId of, long number, Optional<Payload> arguments) {
    if (arguments.filter(its -> its.sizeBytes() > Payload.MAX_BYTES).isPresent()) {
      return handedOver(
          CompletableFuture.completedFuture(
              new Reply.Refused<>(tooLarge("the input", arguments.get()))));
    }
    Door.ResolveIncident.Retry.Builder retry = Door.ResolveIncident.Retry.newBuilder();
    arguments.ifPresent(other -> retry.setArguments(Encode.payload(other)));
    return resolve(of, number, resolve -> resolve.setRetry(retry));
  }

  /** Lets the failure of such a call take its course: its invocation faults, or what it is in. */
  public CompletableFuture<Reply<Door.Done>> giveUpIncident(InvocationId of, long number) {
    return resolve(
        of, number, resolve -> resolve.setGiveUp(Door.ResolveIncident.GiveUp.getDefaultInstance()));
  }

  private CompletableFuture<Reply<Door.Done>> resolve(
      InvocationId of, long number, UnaryOperator<Door.ResolveIncident.Builder> what) {
    Door.ResolveIncident resolve =
        what.apply(Door.ResolveIncident.newBuilder().setInvocation(of.value()).setNumber(number))
            .build();
    Door.ResolveIncident question = // What it is to be called with may be large.
        resolve.hasRetry()
            ? resolve.toBuilder().setRetry(Door.ResolveIncident.Retry.getDefaultInstance()).build()
            : resolve;
    return control(
        until ->
            Door.Request.newBuilder()
                .setResolveIncident(
                    (until == 0 ? question : resolve).toBuilder().setUntilMicros(until)));
  }

  /**
   * Gives an invocation that runs another class, another deadline, or both, as if it were started
   * now; one of both must be given.
   *
   * @param deadline from now; at least a millisecond, and as good as none from a year on
   */
  public CompletableFuture<Reply<Door.Done>> prioritize(
      InvocationId id, Optional<ServiceClass> serviceClass, Optional<Duration> deadline) {
    if (deadline.filter(its -> its.compareTo(LEAST_DEADLINE) < 0).isPresent()) {
      return CompletableFuture.completedFuture(
          new Reply.Refused<>(
              Refusal.of(
                  Refusal.Code.INVALID,
                  "a deadline must be at least 1 ms ahead, not " + deadline.get())));
    }
    Duration within =
        deadline.map(its -> its.compareTo(YEAR) > 0 ? YEAR : its).orElse(Duration.ZERO);
    Door.Prioritize.Builder prioritize =
        Door.Prioritize.newBuilder().setInvocation(id.value()).setDeadlineMillis(within.toMillis());
    serviceClass.ifPresent(its -> prioritize.setServiceClass(Encode.serviceClass(its)));
    return control(
        until -> Door.Request.newBuilder().setPrioritize(prioritize.clone().setUntilMicros(until)));
  }

  /** The schedules of the owner's compositions, also those that have ended. */
  public CompletableFuture<Reply<Door.ScheduleList>> schedules() {
    Door.Schedules asked = Door.Schedules.newBuilder().setSeenIndex(seenIndex.get()).build();
    return reply(
        ask(Door.Request.newBuilder().setSchedules(asked)),
        Door.Response::hasSchedules,
        Door.Response::getSchedules);
  }

  /** Stops the schedule of a composition; what runs of it runs on. */
  public CompletableFuture<Reply<Door.Done>> stopSchedule(String composition) {
    return haltSchedule(composition, true);
  }

  /** Starts the schedule of a composition again, from now. */
  public CompletableFuture<Reply<Door.Done>> startSchedule(String composition) {
    return haltSchedule(composition, false);
  }

  private CompletableFuture<Reply<Door.Done>> haltSchedule(String composition, boolean isStopped) {
    Door.HaltSchedule.Builder halt =
        Door.HaltSchedule.newBuilder().setComposition(composition).setStopped(isStopped);
    return done(Door.Request.newBuilder().setHaltSchedule(halt));
  }

  /** How long ended invocations stay readable beyond their receipts, and what is kept. */
  public CompletableFuture<Reply<Door.RetentionReport>> retention() {
    Door.ShowRetention asked =
        Door.ShowRetention.newBuilder().setSeenIndex(seenIndex.get()).build();
    return reply(
        ask(Door.Request.newBuilder().setShowRetention(asked)),
        Door.Response::hasRetention,
        Door.Response::getRetention);
  }

  /** Changes how long ended invocations stay readable beyond their receipts. */
  public CompletableFuture<Reply<Door.Done>> retain(Retention retention) {
    return done(
        Door.Request.newBuilder()
            .setRetain(Door.Retain.newBuilder().setRetention(Encode.retention(retention))));
  }

  /** What the owner has agreed to with its scheduler, and how much of it is used. */
  public CompletableFuture<Reply<Door.TermsReport>> terms() {
    return terms(Door.Request.newBuilder().setShowTerms(Door.ShowTerms.getDefaultInstance()));
  }

  /** The same, and what is registered, which may not be in force yet. */
  public CompletableFuture<Reply<Door.TermsReport>> registeredTerms() {
    Door.ShowTerms asked = Door.ShowTerms.newBuilder().setWithRegistered(true).build();
    return terms(Door.Request.newBuilder().setShowTerms(asked));
  }

  /** Changes it, as a whole; its version does not matter. The answer is what is in force then. */
  public CompletableFuture<Reply<Door.TermsReport>> putTerms(Terms terms) {
    return putTerms(Door.PutTerms.newBuilder().setTerms(Encode.terms(terms)));
  }

  /**
   * The same; refused as a conflict where another version is registered by now than this one, and
   * other terms than these.
   *
   * @param version as it was registered; 0: nothing was
   */
  public CompletableFuture<Reply<Door.TermsReport>> replaceTerms(long version, Terms terms) {
    return putTerms(Door.PutTerms.newBuilder().setTerms(Encode.terms(terms)).setReplaces(version));
  }

  private CompletableFuture<Reply<Door.TermsReport>> putTerms(Door.PutTerms.Builder asked) {
    return terms(Door.Request.newBuilder().setPutTerms(asked));
  }

  private CompletableFuture<Reply<Door.TermsReport>> terms(Door.Request.Builder request) {
    return reply(ask(request), Door.Response::hasTerms, Door.Response::getTerms);
  }

  /** Publishes a composition; the same again is no change, other content is refused. */
  public CompletableFuture<Reply<Publication>> publish(String yamlOrJson) {
    return publish(yamlOrJson, new TreeMap<>()).thenApply(Client::whole);
  }

  private static Reply<Publication> whole(Reply<Publishing> reply) {
    if (reply instanceof Reply.Refused<Publishing> refused) {
      return new Reply.Refused<>(refused.refusal());
    }
    if (reply instanceof Reply.Unknown<Publishing> unknown) {
      return new Reply.Unknown<>(unknown.message());
    }
    Publishing publishing = ((Reply.Given<Publishing>) reply).value();
    if (publishing instanceof Publishing.Published done) {
      return new Reply.Given<>(done.publication());
    }
    String needs =
        ((Publishing.Lacking) publishing)
            .needs().stream().map(Object::toString).collect(Collectors.joining("\n"));
    return new Reply.Refused<>(Refusal.of(Refusal.Code.INVALID, needs));
  }

  /**
   * Publishes a composition that refers to external resources. The answer may be that some are
   * lacking; who has them asks again with all of them.
   *
   * @param resources texts by address
   */
  public CompletableFuture<Reply<Publishing>> publish(
      String yamlOrJson, SortedMap<String, String> resources) {
    Door.Publish.Builder publish =
        Door.Publish.newBuilder().setSource(ByteString.copyFromUtf8(yamlOrJson));
    resources.forEach(
        (address, text) ->
            publish.addResources(
                Door.Resource.newBuilder()
                    .setAddress(address)
                    .setText(ByteString.copyFromUtf8(text))));
    return reply(
        ask(Door.Request.newBuilder().setPublish(publish)),
        response -> response.hasPublished() || response.hasLacking(),
        Client::publishing);
  }

  private static Publishing publishing(Door.Response response) {
    return response.hasPublished()
        ? new Publishing.Published(publication(response))
        : new Publishing.Lacking(
            response.getLacking().getNeedsList().stream()
                .map(
                    need ->
                        new Publishing.Need(need.getLine(), need.getColumn(), need.getAddress()))
                .toList());
  }

  /** Puts a version of a function into the owner's catalog; whether the same stood there. */
  public CompletableFuture<Reply<Boolean>> putFunction(FunctionRef function, String yamlOrJson) {
    Door.PutFunction.Builder put =
        Door.PutFunction.newBuilder()
            .setName(function.name())
            .setVersion(function.version())
            .setSource(ByteString.copyFromUtf8(yamlOrJson));
    return reply(
        ask(Door.Request.newBuilder().setPutFunction(put)),
        Door.Response::hasFunctions,
        response -> response.getFunctions().getKnownAlready());
  }

  /**
   * Takes a version of a function out of the owner's catalog; whether it stood there. What is
   * published keeps it.
   */
  public CompletableFuture<Reply<Boolean>> removeFunction(FunctionRef function) {
    Door.RemoveFunction.Builder remove =
        Door.RemoveFunction.newBuilder().setName(function.name()).setVersion(function.version());
    return reply(
        ask(Door.Request.newBuilder().setRemoveFunction(remove)),
        Door.Response::hasFunctions,
        response -> response.getFunctions().getKnownAlready());
  }

  /** The functions of the owner's catalog, without their sources. */
  public CompletableFuture<Reply<List<FunctionRef>>> functions() {
    return reply(
        ask(Door.Request.newBuilder().setListFunctions(Door.ListFunctions.getDefaultInstance())),
        Door.Response::hasFunctions,
        response ->
            response.getFunctions().getFunctionsList().stream()
                .map(each -> new FunctionRef(each.getName(), each.getVersion()))
                .toList());
  }

  /** The source of a function of the owner's catalog. */
  public CompletableFuture<Reply<String>> function(FunctionRef function) {
    Door.ListFunctions.Builder one =
        Door.ListFunctions.newBuilder().setName(function.name()).setVersion(function.version());
    return reply(
        ask(Door.Request.newBuilder().setListFunctions(one)),
        response -> response.hasFunctions() && response.getFunctions().getFunctionsCount() == 1,
        response -> response.getFunctions().getFunctions(0).getSource().toStringUtf8());
  }

  private static Publication publication(Door.Response response) {
    Door.Published published = response.getPublished();
    return new Publication(
        Decode.composition(published.getComposition()), published.getKnownAlready());
  }

  /** Enters the owner of this client. */
  public CompletableFuture<Reply<Door.Done>> createOwner() {
    return done(Door.Request.newBuilder().setPutOwner(Door.PutOwner.getDefaultInstance()));
  }

  /**
   * Enters or changes a provider account; its version is chosen by the cluster. The answer says
   * what is in force of it, where the owner's superpeer has said so.
   */
  public CompletableFuture<Reply<Door.Done>> putAccount(Account account) {
    Door.PutAccount.Builder put = Door.PutAccount.newBuilder().setAccount(Encode.account(account));
    return done(
        account.hasMoreLimits()
            ? Door.Request.newBuilder().setPutLimitedAccount(put)
            : Door.Request.newBuilder().setPutAccount(put));
  }

  /** What is in force of an account of this owner, or of all, as its superpeer says. */
  public CompletableFuture<Reply<Door.AccountsInForce>> inForce(Optional<AccountId> account) {
    Door.ShowAccounts.Builder asked =
        Door.ShowAccounts.newBuilder().setAccount(account.map(AccountId::value).orElse(""));
    return reply(
        ask(Door.Request.newBuilder().setShowAccounts(asked)),
        Door.Response::hasAccounts,
        Door.Response::getAccounts);
  }

  /**
   * Enters or changes a secret of this owner; the nodes keep it sealed, and nobody can read it
   * back.
   *
   * @param value one JSON value of at most {@link SealedSecret#MAX_VALUE_BYTES} bytes
   */
  public CompletableFuture<Reply<Door.SecretList>> putSecret(SecretName name, Payload value) {
    return secrets(
        Door.ChangeSecret.newBuilder()
            .setPut(Door.PutSecret.newBuilder().setName(name.value()).setValue(value.bytes())));
  }

  /** Removes a secret of this owner. */
  public CompletableFuture<Reply<Door.SecretList>> removeSecret(SecretName name) {
    return secrets(Door.ChangeSecret.newBuilder().setRemove(name.value()));
  }

  /** Has what older keys of the cluster seal sealed under the newest; answers what was. */
  public CompletableFuture<Reply<Door.SecretList>> resealSecrets() {
    return secrets(Door.ChangeSecret.newBuilder().setReseal(Door.Reseal.getDefaultInstance()));
  }

  private CompletableFuture<Reply<Door.SecretList>> secrets(Door.ChangeSecret.Builder change) {
    return reply(
        ask(Door.Request.newBuilder().setChangeSecret(change)),
        Door.Response::hasSecrets,
        Door.Response::getSecrets);
  }

  /** The names of the secrets of this owner, with version and date. */
  public CompletableFuture<Reply<Door.SecretList>> listSecrets() {
    return reply(
        ask(Door.Request.newBuilder().setListSecrets(Door.ListSecrets.getDefaultInstance())),
        Door.Response::hasSecrets,
        Door.Response::getSecrets);
  }

  /** A new token for this owner, or for an operator; shown this once. */
  public CompletableFuture<Reply<String>> createToken(
      String subject, Collection<Right> rights, boolean operator) {
    Door.CreateToken.Builder token =
        Door.CreateToken.newBuilder().setSubject(subject).setOperator(operator);
    rights.forEach(right -> token.addRights(Encode.right(right)));
    return reply(
        ask(Door.Request.newBuilder().setCreateToken(token)),
        Door.Response::hasToken,
        response -> response.getToken().getToken());
  }

  /** The accounts and compositions of this owner. */
  public CompletableFuture<Reply<Door.OwnerReport>> describe() {
    return reply(
        ask(Door.Request.newBuilder().setDescribe(Door.Describe.getDefaultInstance())),
        Door.Response::hasOwner,
        Door.Response::getOwner);
  }

  /** The cells of this owner as the answering node knows them; all where there is no owner. */
  public CompletableFuture<Reply<Door.CellList>> cells() {
    Door.Cells.Builder cells =
        Door.Cells.newBuilder().setOwner(owner().map(OwnerId::value).orElse(""));
    return reply(
        ask(Door.Request.newBuilder().setCells(cells)),
        Door.Response::hasCells,
        Door.Response::getCells);
  }

  /** The nodes as the answering node knows them. */
  public CompletableFuture<Reply<Door.NodeList>> nodes() {
    return reply(
        ask(Door.Request.newBuilder().setNodes(Door.Nodes.getDefaultInstance())),
        Door.Response::hasNodes,
        Door.Response::getNodes);
  }

  /**
   * One page of the schedulers of the whole cluster as the answering node knows them, by cell; for
   * operators.
   *
   * @param after only those after this cell; empty: all
   * @param limit 1 to 1000
   */
  public CompletableFuture<Reply<Door.OverlayReport>> overlay(Optional<CellId> after, int limit) {
    Door.ShowOverlay.Builder show = Door.ShowOverlay.newBuilder().setLimit(limit);
    after.ifPresent(cell -> show.setAfterOwner(cell.owner().value()).setAfterCell(cell.number()));
    return reply(
        ask(Door.Request.newBuilder().setShowOverlay(show)),
        Door.Response::hasOverlay,
        Door.Response::getOverlay);
  }

  /** What the answering node measures, as Prometheus text; for operators. */
  public CompletableFuture<Reply<Door.MetricsText>> metrics() {
    // Parts are told by the thread of the connection, before it completes the answer.
    StringBuilder parts = new StringBuilder();
    Door.Request.Builder request =
        Door.Request.newBuilder().setMetrics(Door.Metrics.getDefaultInstance());
    return reply(
        ask(request, part -> parts.append(part.getMetrics().getText())),
        Door.Response::hasMetrics,
        last -> {
          Door.MetricsText text = last.getMetrics();
          return text.toBuilder().setText(parts + text.getText()).build();
        });
  }

  private CompletableFuture<Reply<Door.Done>> done(Door.Request.Builder request) {
    return reply(ask(request), Door.Response::hasDone, Door.Response::getDone);
  }

  private CompletableFuture<Door.Response> ask(Door.Request.Builder request) {
    return ask(request, settings.patience());
  }

  private CompletableFuture<Door.Response> ask(Door.Request.Builder request, Duration patience) {
    return ask(request, Patience.brief(patience), response -> {});
  }

  private CompletableFuture<Door.Response> ask(
      Door.Request.Builder request, Consumer<Door.Response> more) {
    return ask(request, Patience.brief(settings.patience()), more);
  }

  private CompletableFuture<Door.Response> ask(
      Door.Request.Builder request, Patience patience, Consumer<Door.Response> more) {
    return Asking.ask(means, request.setEnvelope(envelope()).build(), patience, more)
        .thenApply(this::seen);
  }

  Line line() {
    return means.line();
  }

  private Door.Envelope.Builder envelope() {
    Door.Envelope.Builder envelope = Door.Envelope.newBuilder();
    owner().ifPresent(owner -> envelope.setOwner(owner.value()));
    settings.token().ifPresent(envelope::setCredential);
    return envelope;
  }

  private Door.Response seen(Door.Response response) {
    Asking.index(response).ifPresent(index -> seenIndex.accumulateAndGet(index, Math::max));
    return response;
  }

  private <T> CompletableFuture<Reply<T>> reply(
      CompletableFuture<Door.Response> answer,
      Function<Door.Response, Boolean> isExpected,
      Function<Door.Response, T> read) {
    return handedOver(answer.thenApply(response -> reply(response, isExpected, read)));
  }

  private static <T> Reply<T> reply(
      Door.Response response,
      Function<Door.Response, Boolean> isExpected,
      Function<Door.Response, T> read) {
    if (response.hasRefused()) {
      return new Reply.Refused<>(Asking.refusal(response));
    }
    if (response.hasUnknown()) {
      return new Reply.Unknown<>(response.getUnknown().getMessage());
    }
    if (!isExpected.apply(response)) {
      return new Reply.Unknown<>("the node answered with " + response.getWhatCase());
    }
    try {
      return new Reply.Given<>(read.apply(response));
    } catch (IllegalArgumentException e) {
      return new Reply.Unknown<>("the answer cannot be read: " + e.getMessage());
    }
  }

  /** What callers hang on a future must not hold the threads of the connections. */
  private <T> CompletableFuture<T> handedOver(CompletableFuture<T> inner) {
    return inner.thenApplyAsync(value -> value, executor);
  }

  /**
   * What is in flight ends as unknown; invocations that were accepted run on. One that shares the
   * connections of another only takes nothing more.
   */
  @Override
  public void close() {
    line().close();
  }
}
