package io.corale.deploy.demo;

import io.corale.client.Invocation;
import io.corale.deploy.cluster.CoraleProcess;
import io.corale.deploy.cluster.LocalCluster;
import io.corale.model.ServiceClass;
import io.corale.wire.Door;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import javax.imageio.ImageIO;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code corale demo}: the main job on real compositions, with a kill in the middle of it. */
@Command(
    name = "demo",
    description = {
      "Makes a contact sheet on three nodes of its own and kills one on the way.",
      "Exit 0: every promise held; 1: one was broken."
    },
    mixinStandardHelpOptions = true)
public final class DemoCommand implements Callable<Integer> {
  @Option(names = "--keep", description = "Leaves the cluster running.")
  private boolean keep;

  @Option(
      names = "--directory",
      paramLabel = "DIR",
      description = "For pictures, data and logs (default: ./corale-demo-TIME).")
  private @Nullable Path directory;

  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() throws IOException, InterruptedException, ExecutionException {
    Path where =
        directory != null
            ? directory
            : Path.of(
                "corale-demo-"
                    + DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss")
                        .format(ZonedDateTime.now(ZoneId.systemDefault())));
    Path absolute = Files.createDirectories(where).toAbsolutePath().normalize();
    // Whatever ends this process ends what it started: its own children, by pid.
    Thread atExit =
        new Thread(() -> ProcessHandle.current().children().forEach(ProcessHandle::destroy));
    Runtime.getRuntime().addShutdownHook(atExit);
    say("Starting a provider that records every call, a ZooKeeper and three nodes ...");
    Stage stage = Stage.open(absolute.resolve("cluster"), this::say);
    boolean isLeft = false;
    try {
      boolean held = play(stage, absolute);
      if (keep) {
        leave(stage, absolute);
        Runtime.getRuntime().removeShutdownHook(atExit);
        isLeft = true;
      }
      return held ? 0 : 1;
    } finally {
      if (!isLeft) {
        stage.close();
      }
    }
  }

  private boolean play(Stage stage, Path where)
      throws IOException, InterruptedException, ExecutionException {
    say("    " + named(stage.recorder()));
    stage.cluster().running().forEach(process -> say("    " + named(process)));
    say("The first invocation gives birth to the owner's cell ...");
    List<Invocation> first = List.of(stage.start("picture", "warm-up", 0, ServiceClass.STANDARD));
    stage.await(first, 1);
    Stage.outputs(first);
    Door.CellReport cell = stage.look();
    say(
        String.format(
            "    owner '%s' has its cell, on %d nodes; superpeer is %s",
            cell.getOwner(), cell.getMembersCount(), cell.getSuperpeer()));
    List<TimelinePicture.Act> acts = new ArrayList<>();
    long began = System.currentTimeMillis();
    final boolean limitHeld = LimitAct.play(stage);
    began = close(stage, acts, began, "1: a burst");
    final boolean urgentHeld = UrgentAct.play(stage);
    began = close(stage, acts, began, "2: an urgent one");
    KillAct kill = KillAct.play(stage);
    close(stage, acts, began, "3: 60 pictures");
    draw(stage, where, acts, kill);
    boolean held = limitHeld && urgentHeld && kill.held();
    say("");
    say(held ? "Every promise held." : "A PROMISE WAS BROKEN, see above.");
    say("Look at it, or go on from here:");
    (keep ? goOn(stage, where, kill) : lookAt(where)).forEach(command -> say("    " + command));
    return held;
  }

  private static long close(Stage stage, List<TimelinePicture.Act> acts, long began, String name)
      throws IOException, InterruptedException, ExecutionException {
    stage.look();
    long now = System.currentTimeMillis();
    acts.add(new TimelinePicture.Act(new TimelinePicture.Span(began, now), name));
    return now;
  }

  private void draw(Stage stage, Path where, List<TimelinePicture.Act> acts, KillAct kill)
      throws IOException {
    Path sheet = where.resolve("contact-sheet.png");
    ImageIO.write(
        ContactSheet.of(
            Story.PICTURES + " pictures, one superpeer killed on the way",
            Curtain.frames(kill.outputs())),
        "png",
        sheet.toFile());
    List<String> nodes = List.of("n1", "n2", "n3");
    Path timeline = where.resolve("timeline.svg");
    Files.writeString(
        timeline,
        Curtain.timeline(stage.history(), acts, nodes, stage.reigns(), kill.kill()).svg());
    say("");
    say("The contact sheet: " + sheet);
    say("The timeline:      " + timeline);
  }

  private static List<String> lookAt(Path where) {
    return List.of(
        "xdg-open " + where.resolve("contact-sheet.png"),
        "xdg-open " + where.resolve("timeline.svg"),
        "deploy/bin/corale demo --keep");
  }

  private static List<String> goOn(Stage stage, Path where, KillAct kill) throws IOException {
    Path token = where.resolve("token");
    Files.deleteIfExists(token);
    Files.createFile(
        token, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(token, stage.cluster().token() + "\n");
    String options =
        String.format(
            " --nodes %s --owner %s --token-file %s",
            String.join(",", stage.cluster().doors()), Story.OWNER, token);
    return List.of(
        "deploy/bin/corale trace " + kill.example() + options,
        "deploy/bin/corale cells" + options,
        "deploy/bin/corale run label --input '{\"picture\":7}'" + options);
  }

  /** The killed node comes back, and everything goes on without this process. */
  private void leave(Stage stage, Path where) throws IOException, InterruptedException {
    LocalCluster cluster = stage.cluster();
    for (int i = 0; i < cluster.doors().size(); i++) {
      if (!cluster.node(i).isAlive()) {
        cluster.restart(i);
        say("    " + cluster.node(i).name() + " is back");
      }
    }
    stage.leave();
    List<CoraleProcess> running = new ArrayList<>(cluster.running());
    running.add(stage.recorder());
    say("Left running, with data and logs in " + where.resolve("cluster") + ":");
    running.forEach(process -> say("    " + named(process)));
    say(
        "Stop it all: kill "
            + running.stream()
                .map(process -> Long.toString(process.pid()))
                .collect(Collectors.joining(" ")));
  }

  private static String named(CoraleProcess process) {
    return process.name() + ", pid " + process.pid();
  }

  private void say(String line) {
    PrintWriter out = Objects.requireNonNull(spec, "picocli sets it").commandLine().getOut();
    out.println(line);
    out.flush();
  }
}
