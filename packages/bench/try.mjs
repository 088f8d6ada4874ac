import * as echarts from "echarts";
const chart = echarts.init(null, null, { renderer: "svg", ssr: true, width: 720, height: 320 });
chart.setOption({ animation:false, textStyle:{color:"currentColor",fontFamily:"system-ui, sans-serif"}, title:{text:"Stall",textStyle:{color:"currentColor",fontSize:14}}, legend:{top:24,textStyle:{color:"currentColor"}}, xAxis:{type:"log",name:"MiB",axisLabel:{color:"currentColor"}, axisLine:{lineStyle:{color:"currentColor"}}, splitLine:{lineStyle:{color:"#8886"}}}, yAxis:{type:"log",axisLabel:{color:"currentColor"},splitLine:{lineStyle:{color:"#8886"}}}, series:[{name:"a",type:"line",data:[[1,2],[10,20],[100,250]]},{name:"b",type:"line",data:[[1,4],[10,10],[100,750]]}]});
console.log(chart.renderToSVGString());
