package io.corale.client;

import io.corale.model.Refusal;
import io.corale.wire.Common;
import io.corale.wire.Door;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** A network of scripted nodes in virtual time, on one thread. */
public final class ScriptedLine implements Line {
  /** What every clock on a wall shows here, for ever. */
  public static final Instant WALL = Instant.ofEpochSecond(1_000);

  /** The index of what every node accepts. */
  static final long ACCEPTED_AT = 10;

  /** What a node does with one question. */
  public interface Node {
    void asked(Question question);
  }

  /** One question as a node sees it. */
  public record Question(
      String address,
      Door.Request request,
      Consumer<Door.Response> more,
      CompletableFuture<Door.Response> answer) {
    public void accept(boolean awaits) {
      Door.Response accepted =
          Door.Response.newBuilder()
              .setMore(awaits)
              .setAccepted(
                  Door.Accepted.newBuilder()
                      .setInvocation(request.getSubmit().getInvocation())
                      .setCell(0)
                      .setComposition(
                          Common.CompositionRef.newBuilder().setName("album").setVersion("1.0.0"))
                      .setIndex(ACCEPTED_AT))
              .build();
      if (awaits) {
        more.accept(accepted);
      } else {
        answer.complete(accepted);
      }
    }

    public void complete(String json) {
      answer.complete(
          Door.Response.newBuilder()
              .setEnded(
                  Door.Ended.newBuilder()
                      .setIndex(20)
                      .setEnding(
                          Common.Ending.newBuilder()
                              .setCompleted(
                                  Common.Payload.newBuilder()
                                      .setInline(
                                          com.google.protobuf.ByteString.copyFromUtf8(json)))))
              .build());
    }

    public void refuse(Refusal.Code code, String message) {
      answer.complete(Asking.refused(Refusal.of(code, message)));
    }

    public void unknown(String message) {
      answer.complete(Asking.unknown(message));
    }
  }

  private record Timer(long atNanos, long order, Runnable action) {}

  public final List<Question> asked = new ArrayList<>();
  private final Map<String, Node> nodes = new LinkedHashMap<>();
  private final PriorityQueue<Timer> timers =
      new PriorityQueue<>(Comparator.comparingLong(Timer::atNanos).thenComparingLong(Timer::order));
  private long nowNanos = 1_000_000_000L;
  private long timersSet;
  private boolean open = true;

  public ScriptedLine node(String address, Node node) {
    nodes.put(address, node);
    return this;
  }

  public Client client(ClientBuilder builder) {
    open = true;
    Doors doors = new Doors(List.copyOf(nodes.keySet()), 0);
    return new Client(
        builder.executor(Runnable::run).settings(),
        new Asking.Means(this, doors, () -> 0.5),
        java.time.Clock.fixed(WALL, java.time.ZoneOffset.UTC));
  }

  @Override
  public CompletableFuture<Door.Response> ask(
      String address, Door.Request request, Consumer<Door.Response> more) {
    Question question = new Question(address, request, more, new CompletableFuture<>());
    asked.add(question);
    long deadlineMillis = request.getEnvelope().getDeadlineMillis();
    after(
        Duration.ofMillis(deadlineMillis),
        () -> question.unknown(address + " did not answer within " + deadlineMillis + " ms"));
    nodes.getOrDefault(address, unreachable()).asked(question);
    return question.answer();
  }

  /** A node that accepts what is submitted to it, and does this with every other question. */
  static Node accepting(Node others) {
    return question -> {
      if (question.request().hasSubmit()) {
        question.accept(true);
      } else {
        others.asked(question);
      }
    };
  }

  private static Node unreachable() {
    return question ->
        question.refuse(Refusal.Code.UNAVAILABLE, "cannot reach " + question.address());
  }

  @Override
  public void after(Duration delay, Runnable action) {
    timers.add(new Timer(nowNanos + delay.toNanos(), timersSet++, action));
  }

  /** Lets virtual time pass. */
  void pass(Duration duration) {
    long until = nowNanos + duration.toNanos();
    while (!timers.isEmpty() && timers.peek().atNanos() <= until) {
      Timer next = timers.remove();
      nowNanos = Math.max(nowNanos, next.atNanos());
      next.action().run();
    }
    nowNanos = until;
  }

  @Override
  public boolean isOpen() {
    return open;
  }

  @Override
  public long nowNanos() {
    return nowNanos;
  }

  @Override
  public void close() {
    open = false;
    for (Question question : List.copyOf(asked)) {
      question.unknown("closed");
    }
    pass(Duration.ofDays(1));
  }
}
