Console.WriteLine("Edge Gateway test upstreams");
