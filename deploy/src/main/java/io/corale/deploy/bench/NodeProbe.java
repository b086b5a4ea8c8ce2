package io.corale.deploy.bench;

import com.sun.management.ThreadMXBean;
import com.sun.management.UnixOperatingSystemMXBean;
import com.sun.tools.attach.AttachNotSupportedException;
import com.sun.tools.attach.VirtualMachine;
import io.corale.deploy.bench.NodeReading.JavaThread;
import io.corale.deploy.cluster.CoraleProcess;
import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.lang.management.ThreadInfo;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import javax.management.MBeanServerConnection;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;

/**
 * Looks into the process of a node: by the beans of its Java runtime, which a JDK can ask for from
 * outside, and by what Linux says of it.
 */
final class NodeProbe implements AutoCloseable {
  private final CoraleProcess process;
  private final Path data;
  private final JMXConnector connector;
  private final MBeanServerConnection beans;

  private NodeProbe(
      CoraleProcess process, Path data, JMXConnector connector, MBeanServerConnection beans) {
    this.process = process;
    this.data = data;
    this.connector = connector;
    this.beans = beans;
  }

  /**
   * From now on it can be looked at.
   *
   * @param data where it keeps everything
   */
  static NodeProbe of(CoraleProcess process, Path data) throws IOException {
    JMXConnector connector = connect(address(process));
    return new NodeProbe(process, data, connector, connector.getMBeanServerConnection());
  }

  @SuppressWarnings("BanJNDI") // A process that we have started ourselves, on this machine.
  private static JMXConnector connect(String address) throws IOException {
    return JMXConnectorFactory.connect(new JMXServiceURL(address));
  }

  private static String address(CoraleProcess process) throws IOException {
    try {
      VirtualMachine machine = VirtualMachine.attach(String.valueOf(process.pid()));
      try {
        return machine.startLocalManagementAgent();
      } finally {
        machine.detach();
      }
    } catch (AttachNotSupportedException e) {
      throw new IOException(process.name() + " cannot be looked into: " + e.getMessage(), e);
    }
  }

  /** As it is now, after a collection of its heap. */
  NodeReading read() throws IOException {
    Duration processorTime = ProcessorTime.of(List.of(process));
    Map<Long, JavaThread> threads = threads();
    long heapBytes = heapBytes();
    UnixOperatingSystemMXBean system =
        ManagementFactory.getPlatformMXBean(beans, UnixOperatingSystemMXBean.class);
    long direct =
        ManagementFactory.getPlatformMXBeans(beans, BufferPoolMXBean.class).stream()
            .filter(pool -> pool.getName().equals("direct"))
            .mapToLong(BufferPoolMXBean::getMemoryUsed)
            .sum();
    return new NodeReading(
        threads,
        (int) number("Threads:"),
        heapBytes,
        residentBytes(),
        direct,
        system.getOpenFileDescriptorCount(),
        beans.getMBeanCount(),
        bytesBelow(data),
        processorTime);
  }

  /** What it takes of the machine's memory. */
  long residentBytes() throws IOException {
    return number("VmRSS:") * 1_024;
  }

  /** What lives on its heap, after a collection. */
  long heapBytes() throws IOException {
    MemoryMXBean memory = ManagementFactory.getPlatformMXBean(beans, MemoryMXBean.class);
    memory.gc();
    return memory.getHeapMemoryUsage().getUsed();
  }

  private Map<Long, JavaThread> threads() throws IOException {
    ThreadMXBean bean = ManagementFactory.getPlatformMXBean(beans, ThreadMXBean.class);
    long[] ids = bean.getAllThreadIds();
    ThreadInfo[] infos = bean.getThreadInfo(ids);
    long[] nanos = bean.getThreadCpuTime(ids);
    Map<Long, JavaThread> threads = new LinkedHashMap<>();
    for (int i = 0; i < ids.length; i++) {
      if (infos[i] != null) { // It may have ended meanwhile.
        threads.put(ids[i], new JavaThread(infos[i].getThreadName(), Math.max(0, nanos[i])));
      }
    }
    return threads;
  }

  /** What Linux says of the process, in a line such as {@code VmRSS: 1234 kB}. */
  private long number(String key) throws IOException {
    Path path = Path.of("/proc", String.valueOf(process.pid()), "status");
    return Files.readAllLines(path).stream()
        .filter(line -> line.startsWith(key))
        .map(line -> line.substring(key.length()).strip().split(" ", 2)[0])
        .mapToLong(Long::parseLong)
        .findFirst()
        .orElseThrow(() -> new IOException("no " + key + " in " + path));
  }

  /** Of a directory that is in use: files may come and go meanwhile. */
  private static long bytesBelow(Path directory) throws IOException {
    AtomicLong bytes = new AtomicLong();
    Files.walkFileTree(
        directory,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            bytes.addAndGet(attributes.size());
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException gone) {
            return FileVisitResult.CONTINUE;
          }
        });
    return bytes.get();
  }

  @Override
  public void close() throws IOException {
    connector.close();
  }
}
